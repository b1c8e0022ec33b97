import { expect, it } from "vitest";
import type { Engine, ScanReport } from "../../sensing/scanner/index.ts";
import { reporting } from "./engine-report.ts";

const scanned = (report: Partial<ScanReport>): ScanReport => ({
  sent: 10,
  retried: 1,
  selfConnects: 0,
  fdLimit: 0,
  errors: {},
  forgotten: 0,
  loss: 0,
  networks: [],
  doubtful: [],
  ...report,
});

it("adds up what an engine reports of its scans", async () => {
  const doubtful = [{ address: "10.0.0.7", silent: 40, why: "limits-refusals" as const }];
  const answers = [
    scanned({ dropped: 3, errors: { EMFILE: 2 }, loss: 0.5 }),
    scanned({ errors: { EMFILE: 1, EACCES: 1 }, loss: 0.0123456789, roundTrip: 1.23456, doubtful }),
  ];
  const { engine, report } = reporting({ name: "syn", scan: () => Promise.resolve(answers.shift()!) });
  const request = {} as Parameters<Engine["scan"]>[0];
  expect(report()).toBeUndefined();
  await engine.scan(request);
  await engine.scan(request);
  expect(report()).toEqual({
    engine: "syn",
    sent: 20,
    retried: 2,
    dropped: 3,
    errors: { EMFILE: 3, EACCES: 1 },
    loss: 0.012346,
    roundTrip: 1.235,
    doubtful: { hosts: 1, endpoints: 40, first: doubtful },
  });
});
