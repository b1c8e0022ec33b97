import { resolvedFtp, silence, telnet } from "../findings/examples.ts";
import type { SweepRecordResult, SweepResult, SweepsResult } from "./schemas.ts";

export const sweep: SweepResult = {
  schema: "portolan.sweep/1",
  sweep: {
    id: 12,
    kind: "requested",
    vantage: "inside",
    engine: "connect",
    planned: 196_605,
    startedAt: "2026-03-14T08:51:40.000Z",
    endedAt: "2026-03-14T08:55:00.000Z",
    verdict: "complete",
    counts: { "not-scanned": 0, open: 4, closed: 131_066, filtered: 0, "no-response": 65_535, unreachable: 0 },
  },
  seed: "0123456789abcdef0123456789abcdef",
  planDigest: "ab".repeat(32),
  scopeVersion: 3,
  baselineVersion: 2,
  targets: ["10.77.0.2-10.77.0.4"],
  ports: "1-65535",
  open: [
    { asset: "web-1", address: "10.77.0.2", transport: "tcp", port: 80, service: "http" },
    { asset: "web-1", address: "10.77.0.2", transport: "tcp", port: 443, service: "https" },
    { asset: "db-1", address: "10.77.0.3", transport: "tcp", port: 23, service: "telnet" },
    { asset: "db-1", address: "10.77.0.3", transport: "tcp", port: 5432, service: "postgresql", process: "postgres" },
  ],
  hosts: { answered: 2, silent: 1, silentEndpoints: 65_535 },
  silent: [{ asset: "silent-1", address: "10.77.0.4", state: "no-response" }],
  runs: [{ from: "2026-03-14T08:55:00.000Z", to: "2026-03-14T08:55:04.000Z" }],
  confirmed: 2,
  findings: [telnet, silence],
  resolved: [resolvedFtp],
};

export const sweeps: SweepsResult = { schema: "portolan.sweeps/1", sweeps: [sweep.sweep] };

export const sweepRecord: SweepRecordResult = {
  schema: "portolan.sweep-record/1",
  sweep: sweep.sweep,
  targets: ["dmz"],
  scopeVersion: 1,
  requestedBy: "jane",
  seed: sweep.seed,
  planDigest: sweep.planDigest,
  plan: { blocks: [{ addresses: ["10.77.0.2-10.77.0.4"], ports: "1-65535" }] },
  parameters: { rate: 1000 },
};
