import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fakeCommandLine } from "../../../test/fakes/command-line.ts";
import * as results from "../../../test/fakes/results.ts";
import { run } from "../run.ts";

const cli = fakeCommandLine();

describe("baseline", () => {
  it("propose writes the proposal once, and prints the next step", async () => {
    const around = cli.surroundings();
    expect(await run(["baseline", "propose"], around)).toBe(0);
    expect(await readFile(join(cli.directory, "port-baseline.proposed.yaml"), "utf8")).toBe(results.proposal.document);
    expect(around.printed.err).toContain("portolan baseline approve port-baseline.proposed.yaml");
    expect(await run(["baseline", "propose"], cli.surroundings())).toBe(2);
    expect(await run(["baseline", "propose", "--force"], cli.surroundings())).toBe(0);
    const piped = cli.surroundings();
    expect(await run(["baseline", "propose", "-o", "-"], piped)).toBe(0);
    expect(piped.printed.out).toBe(results.proposal.document);
  });

  it("approve passes on the content and the name of the file", async () => {
    await writeFile(join(cli.directory, "mine.yaml"), "version: 1\n");
    const around = cli.surroundings();
    expect(await run(["baseline", "approve", "mine.yaml", "--by", "Jane Doe"], around)).toBe(0);
    const hash = createHash("sha256").update("version: 1\n").digest("hex");
    expect(around.operations.calls).toEqual([
      { operation: "baseline.proposal", argument: { proposal: hash } },
      {
        operation: "baseline.approve",
        argument: { document: "version: 1\n", file: "mine.yaml", approvedBy: "Jane Doe", onVersion: 1 },
      },
    ]);
  });

  it("approve names a proposal by the first digits of its hash, and shows warnings before it asks", async () => {
    const { proposal } = results.submission.proposal;
    const refusing = cli.surroundings({ answers: ["n"] });
    expect(await run(["baseline", "approve", proposal.slice(0, 12)], refusing)).toBe(2);
    expect(refusing.printed.err).toContain("no asset in the scope is named");
    expect(refusing.operations.calls.map(({ operation }) => operation)).not.toContain("baseline.approve");
    const around = cli.surroundings({ answers: ["y"] });
    expect(await run(["baseline", "approve", proposal.slice(0, 12)], around)).toBe(0);
    expect(around.operations.calls.at(-1)).toEqual({
      operation: "baseline.approve",
      argument: { proposal, approvedBy: undefined, onVersion: 1 },
    });
    const unknown = cli.surroundings();
    expect(await run(["baseline", "approve", "0123456789ab"], unknown)).toBe(2);
    expect(unknown.printed.err).toContain("None of the latest proposals has a hash that begins with 0123456789ab");
  });

  it("approve --dry-run approves nothing", async () => {
    const around = cli.surroundings();
    expect(await run(["baseline", "approve", "5e5e5e5e5e5e", "--dry-run"], around)).toBe(0);
    expect(around.printed.out).toContain("Nothing was approved.");
    expect(around.operations.calls.map(({ operation }) => operation)).not.toContain("baseline.approve");
  });

  it("approve reports a missing file, and a directory", async () => {
    const missing = cli.surroundings();
    expect(await run(["baseline", "approve", "nowhere.yaml", "--by", "Jane"], missing)).toBe(2);
    expect(missing.printed.err).toContain("nowhere.yaml");
    await mkdir(join(cli.directory, "folder"));
    const folder = cli.surroundings();
    expect(await run(["baseline", "approve", "folder", "--by", "Jane"], folder)).toBe(2);
    expect(folder.printed.err).toContain("it is a directory");
    expect(folder.opened.ever).toBe(0);
  });

  it("export prints the approved bytes", async () => {
    const around = cli.surroundings();
    expect(await run(["baseline", "export"], around)).toBe(0);
    expect(around.printed.out).toBe(results.baseline.document);
    expect(await run(["baseline", "export", "-o", "out.yaml"], cli.surroundings())).toBe(0);
    expect(await readFile(join(cli.directory, "out.yaml"), "utf8")).toBe(results.baseline.document);
  });
});
