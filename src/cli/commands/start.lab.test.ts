import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fakeCommandLine } from "../../../test/fakes/command-line.ts";
import { fakeOperations } from "../../../test/fakes/operations.ts";
import * as results from "../../../test/fakes/results.ts";
import type * as contract from "../../contract/index.ts";
import { Fault } from "../../model/index.ts";
import type { App } from "../app-port.ts";
import { run } from "../run.ts";

const cli = fakeCommandLine();

describe("start", () => {
  const fresh = (): ReturnType<typeof fakeOperations> => {
    const status: contract.StatusResult = { ...results.status };
    delete status.baseline;
    return fakeOperations({ status: { get: () => Promise.resolve(status) } });
  };

  it("writes the scope, sweeps due targets, proposes a baseline, prints events, and stops cleanly", async () => {
    const around = cli.surroundings({
      operations: fresh(),
      start: ({ onEvent, onProgress }) => {
        onProgress?.({ sweepId: 12, phase: "scanning", done: 1000, planned: 196_605, open: 1, rate: 500 });
        onEvent({ kind: "finding-opened", finding: results.telnet });
        onEvent({ kind: "sweep-finished", result: results.sweep });
        onEvent({ kind: "target-attempted", target: "backoffice" });
        return Promise.resolve();
      },
    });
    const ended = run(["start", "--port", "0"], around);
    await expect.poll(() => around.printed.out).toContain("Monitoring");
    const { out, err } = around.printed;
    expect(err).toContain("Wrote portolan.yaml");
    expect(err).toContain("Sweeping backoffice");
    expect(err).toContain("sweep 12: 0 % of 196,605");
    expect(out).toContain("FINDING #7");
    expect(out).toContain("Sweep 12 complete");
    expect(out).toMatch(/API {7}http:\/\/127\.0\.0\.1:\d+/);
    expect(out).toContain("portolan at now");
    const token = (await readFile(join(cli.directory, ".portolan", "token"), "utf8")).trim();
    expect(out + err).toContain(join(".portolan", "token"));
    expect(out + err).not.toContain(token);
    expect(await readFile(join(cli.directory, "port-baseline.proposed.yaml"), "utf8")).toBe(results.proposal.document);
    around.signal("SIGTERM");
    expect(await ended).toBe(0);
    expect(around.opened.now).toBe(0);
    await expect(readFile(join(cli.directory, ".portolan", "server.json"))).rejects.toThrow("ENOENT");
  });

  it("monitors during its first sweeps, and stops cleanly in the middle of them", async () => {
    const around = cli.surroundings({
      operations: fresh(),
      start: ({ onEvent }) => {
        onEvent({ kind: "finding-opened", finding: results.telnet });
        return Promise.resolve();
      },
    });
    const ended = run(["start", "--port", "0"], around);
    await expect.poll(() => around.printed.out).toContain("FINDING #7");
    around.signal("SIGTERM");
    expect(await ended).toBe(0);
    expect(around.printed.err).toContain("Stopping.");
    expect(around.printed.out).not.toContain("Monitoring");
  });

  describe("without a proposal", () => {
    const PROPOSAL = "port-baseline.proposed.yaml";
    const theirs = "version: 1\nauthorizedPorts: []\n";
    const status: contract.StatusResult = { ...results.status, targets: [] };
    delete status.baseline;

    it.each([
      [
        "if somebody wrote one in the meantime, which is approved as it says",
        () => writeFile(join(cli.directory, PROPOSAL), theirs),
        "Complete and approve the existing one.",
      ],
      ["if none can be written", () => mkdir(join(cli.directory, PROPOSAL)), "already exists"],
      [
        "if there would be too many ports",
        () => Promise.reject(new Fault("conflict", "Too many ports.", { next: "Authorize some." })),
        "Too many ports. Authorize some.",
      ],
    ])("monitors on %s", async (_, meanwhile, says) => {
      const operations = fakeOperations({
        status: { get: () => Promise.resolve(status) },
        baseline: { propose: () => meanwhile().then(() => results.proposal) },
      });
      const start: App["start"] = ({ onEvent }) => {
        for (const { name } of results.status.targets) onEvent({ kind: "target-attempted", target: name });
        return Promise.resolve();
      };
      const around = cli.surroundings({ operations, start });
      const ended = run(["start", "--port", "0"], around);
      await expect.poll(() => around.printed.out).toContain("Monitoring");
      expect(around.printed.err.replaceAll(/\s+/g, " ")).toMatch(/No port baseline was proposed\. .*/);
      expect(around.printed.err.replaceAll(/\s+/g, " ")).toContain(says);
      if (says.startsWith("Complete")) {
        expect(await readFile(join(cli.directory, PROPOSAL), "utf8")).toBe(theirs);
        const approving = ["baseline", "approve", PROPOSAL, "--by", "Ada"];
        expect(await run(approving, cli.surroundings({ env: { DATABASE_URL: "postgres://db/p" } }))).toBe(0);
      }
      around.signal();
      expect(await ended).toBe(0);
    });
  });

  it("shows the status if no sweep is due", async () => {
    const status = {
      ...results.status,
      targets: results.status.targets.map((target) => ({ ...target, overdue: false, lastSweep: results.sweep.sweep })),
    };
    const around = cli.surroundings({ operations: fakeOperations({ status: { get: () => Promise.resolve(status) } }) });
    const ended = run(["start", "--port", "0"], around);
    await expect.poll(() => around.printed.out).toContain("Monitoring");
    expect(around.printed.err).not.toContain("Sweeping");
    around.signal();
    expect(await ended).toBe(0);
  });
});
