import { describe, expect, it } from "vitest";
import { fakeCommandLine } from "../../../test/fakes/command-line.ts";
import { endlessSweep, fakeOperations } from "../../../test/fakes/operations.ts";
import * as results from "../../../test/fakes/results.ts";
import { sweepRecordResult, sweepsResult, type SweepSummary } from "../../contract/index.ts";
import { Fault } from "../../model/index.ts";
import { run } from "../run.ts";

const cli = fakeCommandLine();

describe("Ctrl-C during a sweep", () => {
  it("records it as partial, prints its result, and exits with 3", async () => {
    const around = cli.surroundings({ operations: fakeOperations({ sweeps: { run: endlessSweep() } }) });
    const ended = run(["sweep"], around);
    await expect.poll(() => around.printed.err).toContain("sweep 12: 0 % of 196,605");
    around.signal();
    expect(await ended).toBe(3);
    expect(around.printed.err).toContain("Stopping the sweep");
    expect(around.printed.out).toContain("PARTIAL");
    expect(around.printed.out).toContain("stopped by request");
    expect(around.exits).toEqual([]);
  });

  it("twice exits at once", async () => {
    const operations = fakeOperations({
      sweeps: {
        run: (_request, hooks) =>
          new Promise(() =>
            hooks.onProgress?.({ sweepId: 1, phase: "scanning", done: 0, planned: 1, open: 0, rate: 0 }),
          ),
      },
    });
    const around = cli.surroundings({ operations });
    void run(["sweep"], around);
    await expect.poll(() => around.printed.err).toContain("sweep 1");
    around.signal();
    expect(around.exits).toEqual([]);
    around.signal();
    expect(around.exits).toEqual([3]);
  });
});

const NOW = Date.parse("2026-03-14T09:00:00Z");
const DAY = 86_400_000;

function listing(sweeps: readonly SweepSummary[], next?: string) {
  const list = { schema: "portolan.sweeps/1" as const, sweeps: [...sweeps], ...(next === undefined ? {} : { next }) };
  return fakeOperations({ sweeps: { list: () => Promise.resolve(list) } });
}

const GOLDEN = "../../../test/golden/cli";
const { sweep } = results.sweep;
const running: SweepSummary = {
  id: 13,
  kind: "full",
  vantage: "inside",
  engine: "syn",
  planned: 16_711_680,
  startedAt: "2026-03-14T08:58:00.000Z",
};
const long: SweepSummary = {
  ...sweep,
  id: 11,
  kind: "requested",
  endedAt: "2026-03-14T09:51:39.000Z",
  verdict: "untrusted",
};

describe("sweeps", () => {
  it.each([
    [[], { startedSince: NOW - 7 * DAY, startedUntil: NOW, limit: 50 }],
    [["--to", "-1d"], { startedSince: NOW - 8 * DAY, startedUntil: NOW - DAY, limit: 50 }],
    [
      ["--from", "2026-03-01", "--to", "2026-03-02", "--limit", "1000", "--vantage", "outside"],
      {
        startedSince: Date.parse("2026-03-01"),
        startedUntil: Date.parse("2026-03-02"),
        limit: 1000,
        vantage: "outside",
      },
    ],
    [
      ["--kind", "full, known", "--verdict", "partial,untrusted"],
      {
        startedSince: NOW - 7 * DAY,
        startedUntil: NOW,
        limit: 50,
        kind: ["full", "known"],
        verdict: ["partial", "untrusted"],
      },
    ],
  ])("%j requests that period, and exits with 0", async (options, argument) => {
    const around = cli.surroundings();
    expect(await run(["sweeps", ...options], around)).toBe(0);
    expect(around.operations.calls).toEqual([
      { operation: "sweeps.list", argument: expect.objectContaining(argument) },
    ]);
    expect(around.opened).toEqual({ now: 0, ever: 1 });
  });

  it.each([
    ["sweeps", listing([running, sweep, long], "next")],
    ["sweeps-from-two-vantage-points", listing([{ ...sweep, vantage: "outside" }, long])],
    ["sweeps-none", listing([])],
  ])("%s matches its golden file, in 80 columns", async (name, operations) => {
    const around = { ...cli.surroundings({ operations }), timeZone: "Europe/Zurich" };
    expect(await run(["sweeps"], around)).toBe(0);
    await expect(around.printed.out).toMatchFileSnapshot(`${GOLDEN}/${name}.txt`);
    expect(around.printed.out.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });

  it("does not call an empty filtered list a gap", async () => {
    const around = cli.surroundings({ operations: listing([]) });
    expect(await run(["sweeps", "--kind", "imported"], around)).toBe(0);
    expect(around.printed.out).toMatch(/^No sweeps between .* that match/);
    expect(around.printed.out).not.toContain("gap");
  });

  it.each([
    [["sweeps", "--from", "tomorrow"], "--from: 'tomorrow'", "Give 2026"],
    [["sweeps", "--from", "-1h", "--to", "-2h"], "is not before", "earlier time first"],
    [["sweeps", "--kind", "ful"], "--kind: 'ful' is not one of full, known", "--kind full,known"],
    [["sweeps", "--limit", "1001"], "1 to 1000", "Give a number"],
    [["sweeps", "show", "last"], "NUMBER", "Give a number"],
  ])("%j reports the problem and the next step, and opens nothing", async (argv, wrong, next) => {
    const around = cli.surroundings();
    expect(await run(argv, around)).toBe(2);
    expect(around.printed.err).toContain(wrong);
    expect(around.printed.err).toMatch(new RegExp(`\\n {2}next: .*${next}`));
    expect(around.opened.ever).toBe(0);
  });
});

describe("sweeps show", () => {
  const imported = {
    ...results.sweepRecord,
    sweep: results.imported.sweep,
    targets: [],
    seed: "",
    plan: { version: 1, file: "ef", coverage: [] },
    parameters: { fileName: "night.xml", fileBytes: 81_920, claim: { ports: "1-1000", by: "jane" } },
  };
  const untrusted = {
    ...results.sweepRecord,
    sweep: {
      ...sweep,
      verdict: "untrusted" as const,
      reason: "recall 97.0 % is under 99 %",
      recall: { canaries: 100, found: 97, low: 0.915, high: 0.9938 },
      engineReport: {
        engine: "connect",
        sent: 262_140,
        retried: 65_535,
        dropped: 0,
        errors: {},
        loss: 0.03,
        doubtful: { hosts: 0, endpoints: 0, first: [] },
      },
    },
  };

  it.each([
    ["sweep-record", results.sweepRecord],
    ["sweep-record-untrusted", untrusted],
    ["sweep-record-imported", imported],
  ])("%s matches its golden file, in 80 columns", async (name, record) => {
    const operations = fakeOperations({ sweeps: { get: () => Promise.resolve(record) } });
    const around = { ...cli.surroundings({ operations }), timeZone: "Europe/Zurich" };
    expect(await run(["sweeps", "show", "12"], around)).toBe(0);
    await expect(around.printed.out).toMatchFileSnapshot(`${GOLDEN}/${name}.txt`);
    expect(around.printed.out.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });

  it("escapes control characters of recorded texts", async () => {
    const evil = "x\u001b[2J\u202e\n";
    const record = {
      ...results.sweepRecord,
      requestedBy: evil,
      targets: [evil],
      plan: { blocks: [{ addresses: [evil], ports: evil }] },
      parameters: { [evil]: evil },
    };
    const around = cli.surroundings({ operations: fakeOperations({ sweeps: { get: () => Promise.resolve(record) } }) });
    await run(["sweeps", "show", "12"], around);
    expect(around.printed.out.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\u202e]/u);
  });

  it("with an unknown number refers to the list", async () => {
    const none = new Fault("not-found", "No sweep has the number 99.", { next: "See GET /api/v1/sweeps." });
    const around = cli.surroundings({ operations: fakeOperations({ sweeps: { get: () => Promise.reject(none) } }) });
    expect(await run(["sweeps", "show", "99"], around)).toBe(2);
    expect(around.printed.err).toContain("No sweep has the number 99.");
    expect(around.printed.err).toContain("next: Run portolan sweeps for those");
  });
});

it.each([
  [["sweeps"], sweepsResult, results.sweeps],
  [["sweeps", "show", "12"], sweepRecordResult, results.sweepRecord],
] as const)("%j --json prints one document of the contract and nothing else", async (argv, schema, expected) => {
  const around = cli.surroundings();
  expect(await run([...argv, "--json"], around)).toBe(0);
  expect(schema.parse(JSON.parse(around.printed.out))).toEqual(expected);
  expect(around.printed.err).toBe("");
});

it.each([[["sweeps"]], [["sweeps", "show"]]])("the help of %j has examples, in 80 columns", async (argv) => {
  const around = cli.surroundings();
  expect(await run([...argv, "--help"], around)).toBe(0);
  expect(around.printed.out).toMatch(/Examples:\n {2}portolan sweeps[^]*Exit codes: [^]*Permission: record:read\./);
  expect(around.printed.out.split("\n").filter((line) => line.length > 80)).toEqual([]);
});
