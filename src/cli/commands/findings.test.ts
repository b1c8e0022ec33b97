import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fakeOperations } from "../../../test/fakes/operations.ts";
import * as results from "../../../test/fakes/results.ts";
import { fakeSurroundings, type FakeSettings } from "../../../test/fakes/surroundings.ts";
import { hostileFindings } from "../../../test/hostile.ts";
import { EXPORT_FORMATS, findingsResult, problemSchema } from "../../contract/index.ts";
import { Fault } from "../../model/index.ts";
import { run } from "../run.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "portolan-findings-"));
});
afterEach(() => rm(directory, { recursive: true }));

async function findings(argv: readonly string[], settings: Partial<FakeSettings> = {}) {
  const operations = fakeOperations();
  const around = fakeSurroundings({ directory, operations, ...settings });
  const code = await run(["findings", ...argv], around);
  return { code, ...around.printed, opened: around.opened, calls: operations.calls };
}

const content = results.exported;

describe("findings --format", () => {
  it.each(EXPORT_FORMATS)("%s is printed unchanged, and open findings result in exit code 1", async (format) => {
    const { code, out, err, calls, opened } = await findings(["--format", format]);
    expect([code, out, err]).toEqual([1, content[format], ""]);
    const status = ["new", "unchanged", "regressed"];
    expect(calls).toEqual([{ operation: "findings.export", argument: { format, status } }]);
    expect(opened.now).toBe(0);
  });

  it("passes its options on, and exits with 0 if no exported finding is open", async () => {
    const none = { fileName: "x", findings: 0, open: 0 };
    const operations = fakeOperations({
      findings: {
        export: (request) => {
          expect(request).toEqual({
            format: "mail",
            status: undefined,
            mailFrom: "a@example.com",
            mailTo: ["b@example.com", "c@example.com"],
          });
          return Promise.resolve({ ...none, content: pieces("nothing") });
        },
      },
    });
    const to = ["--mail-to", "b@example.com", "--mail-to", "c@example.com", "--mail-from", "a@example.com"];
    expect(await findings(["--all", "--format", "mail", ...to], { operations })).toMatchObject({
      code: 0,
      out: "nothing",
    });
  });

  it.each([
    [["--format", "xml"], "csv, cef, slack, mail, html, pdf"],
    [["-o", "x.csv"], "--format"],
    [["--mail-to", "a@example.com"], "--format"],
    [["--format", "mail", "--mail-to", "a@example.com\r\nBcc: b@example.com"], "not an address"],
    [["--format", "mail", "--mail-to", "a@example.com,b@example.com"], "not an address"],
    [["--format", "mail", "--mail-from", "Portolan <a@example.com>"], "not an address"],
    [["--format", "mail", ...Array<string[]>(51).fill(["--mail-to", "a@example.com"]).flat()], "mailing list"],
  ])("%j is wrong usage", async (argv, part) => {
    const { code, err, opened } = await findings(argv);
    expect([code, opened.ever]).toEqual([2, 0]);
    expect(err).toContain(part);
    expect(err).toMatch(/^error: .*\n(.*\n)* {2}next: /);
  });

  it("cannot be combined with --json", async () => {
    const { code, out, err } = await findings(["--format", "csv", "--json"]);
    expect([code, out]).toEqual([2, ""]);
    expect(problemSchema.parse(JSON.parse(err)).detail).toContain("cannot be used with");
  });

  it("prints no PDF on a terminal", async () => {
    expect(await findings(["--format", "pdf"], { terminal: true })).toMatchObject({
      code: 2,
      out: "",
      err: expect.stringContaining("Add -o findings.pdf"),
    });
    expect(await findings(["--format", "csv"], { terminal: true })).toMatchObject({ code: 1, out: content.csv });
  });
});

describe("findings -o", () => {
  const write = (file: string, settings?: Partial<FakeSettings>) => findings(["--format", "csv", "-o", file], settings);

  it("writes a file for its owner alone, and leaves no draft", async () => {
    expect(await write("list.csv")).toMatchObject({ code: 1, out: "", err: "" });
    expect(await readFile(join(directory, "list.csv"), "utf8")).toBe(content.csv);
    expect((await stat(join(directory, "list.csv"))).mode & 0o777).toBe(0o600);
    expect(await readdir(directory)).toEqual(["list.csv"]);
  });

  it("never changes an existing file or link", async () => {
    await writeFile(join(directory, "mine"), "mine");
    await symlink("mine", join(directory, "link"));
    await symlink("nowhere", join(directory, "dangling"));
    for (const name of ["mine", "link", "dangling", "."]) {
      expect(await write(name)).toMatchObject({ code: 2, err: expect.stringContaining("already exists") });
    }
    expect(await readFile(join(directory, "mine"), "utf8")).toBe("mine");
    expect((await readdir(directory)).sort()).toEqual(["dangling", "link", "mine"]);
  });

  it("leaves no file if the content breaks off, or its directory does not exist", async () => {
    const operations = fakeOperations({
      findings: { export: () => Promise.resolve({ fileName: "x", findings: 1, open: 1, content: breakingOff() }) },
    });
    expect(await write("half.csv", { operations })).toMatchObject({
      code: 2,
      err: expect.stringContaining("went away"),
    });
    expect(await write("missing/list.csv")).toMatchObject({ code: 2, err: expect.stringContaining("does not exist") });
    expect(await readdir(directory)).toEqual([]);
  });
});

it("findings --json keeps hostile texts, and prints nothing that a terminal acts on", async () => {
  const hostile = { ...results.findings, findings: hostileFindings() };
  const operations = fakeOperations({ findings: { all: () => Promise.resolve(hostile) } });
  const { out } = await findings(["--json"], { operations });
  expect(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.exec(out.replaceAll("\n", ""))).toBeNull();
  expect(findingsResult.parse(JSON.parse(out)).findings).toEqual(hostile.findings);
});

async function* pieces(text: string): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from(text));
}

async function* breakingOff(): AsyncGenerator<Uint8Array> {
  yield* pieces("record,scope");
  throw new Fault("store-unavailable", "The server went away.", { next: "Start it." });
}
