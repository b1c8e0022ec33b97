import { expect, it } from "vitest";
import type { Engine, ScanReport } from "../scanner/index.ts";
import { reporting } from "./engine-report.ts";

const scanned = (report: Partial<ScanReport>): ScanReport => ({
  sent: 10,
  retried: 1,
  selfConnects: 0,
  fdLimit: 0,
  errors: {},
  ...report,
});

it("adds up what an engine says of its scans", async () => {
  const answers = [scanned({ dropped: 3, errors: { EMFILE: 2 } }), scanned({ errors: { EMFILE: 1, EACCES: 1 } })];
  const { engine, report } = reporting({ name: "syn", scan: () => Promise.resolve(answers.shift()!) });
  const request = {} as Parameters<Engine["scan"]>[0];
  expect(report()).toBeUndefined();
  await engine.scan(request);
  await engine.scan(request);
  expect(report()).toEqual({ engine: "syn", sent: 20, retried: 2, dropped: 3, errors: { EMFILE: 3, EACCES: 1 } });
});
