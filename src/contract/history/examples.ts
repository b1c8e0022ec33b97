import { explanationExample } from "../gaps.ts";
import type { AtResult, DiffResult, GapsResult } from "./schemas.ts";

export const at: AtResult = {
  schema: "portolan.at/1",
  at: "2026-03-14T09:00:00.000Z",
  vantage: "inside",
  scopeVersion: 3,
  assets: [
    {
      asset: "web-1",
      addresses: ["10.77.0.2"],
      answer: "known",
      lastLookedAt: "2026-03-14T08:55:00.000Z",
      oldestLookedAt: "2026-03-14T08:30:00.000Z",
      staleness: "2h",
      open: [
        {
          address: "10.77.0.2",
          transport: "tcp",
          port: 80,
          since: "2026-01-02T03:04:05.000Z",
          lastLookedAt: "2026-03-14T08:55:00.000Z",
        },
        {
          address: "10.77.0.2",
          transport: "tcp",
          port: 443,
          since: "2026-01-02T03:04:05.000Z",
          lastLookedAt: "2026-03-14T08:55:00.000Z",
        },
      ],
      counts: { open: 2, closed: 65_533, filtered: 0, "no-response": 0, unreachable: 0, unknown: 0 },
      unknownPorts: "",
    },
    {
      asset: "silent-1",
      addresses: ["10.77.0.4"],
      answer: "silent",
      lastLookedAt: "2026-03-14T08:55:00.000Z",
      staleness: "2h",
      open: [],
      counts: { open: 0, closed: 0, filtered: 0, "no-response": 65_535, unreachable: 0, unknown: 0 },
      hosts: { answered: 0, silent: 1, unknown: 0, silentEndpoints: 65_535 },
      unknownPorts: "",
      note: "the host was silent: nothing answered, so nothing is known of its ports",
    },
    {
      asset: "files-1",
      addresses: ["10.77.1.2"],
      answer: "partly-known",
      lastLookedAt: "2026-03-14T08:30:00.000Z",
      staleness: "2h",
      open: [],
      counts: { open: 0, closed: 1000, filtered: 0, "no-response": 0, unreachable: 0, unknown: 64_535 },
      unknownPorts: "T:1001-65535",
    },
    {
      asset: "backoffice-1",
      addresses: ["10.77.2.0-10.77.2.3"],
      answer: "unknown",
      staleness: "2d",
      open: [],
      counts: { open: 0, closed: 0, filtered: 0, "no-response": 0, unreachable: 0, unknown: 262_140 },
      unknownPorts: "T:1-65535",
    },
  ],
  counts: { open: 2, closed: 66_533, filtered: 0, "no-response": 65_535, unreachable: 0, unknown: 326_675 },
  hosts: { answered: 2, silent: 1, unknown: 4, silentEndpoints: 65_535 },
};

export const diff: DiffResult = {
  schema: "portolan.diff/1",
  from: "2026-03-13T09:00:00.000Z",
  to: "2026-03-14T09:00:00.000Z",
  vantage: "inside",
  changes: [
    { asset: "db-1", address: "10.77.0.3", transport: "tcp", port: 23, before: "closed", after: "open" },
    { asset: "web-1", address: "10.77.0.2", transport: "tcp", port: 21, before: "open", after: "closed" },
    {
      address: "2001:db8:1234:5678:9abc:def0:1234:5678",
      transport: "udp",
      port: 53,
      before: "no-response",
      after: "open",
    },
  ],
  otherChanges: [
    {
      asset: "files-1",
      addresses: "10.77.1.2",
      transport: "tcp",
      ports: "1-1000",
      before: "closed",
      after: "no-response",
      endpoints: 1000,
    },
  ],
  compared: 196_605,
  notCompared: 65_535,
};

export const gaps: GapsResult = {
  schema: "portolan.gaps/1",
  from: "2026-03-07T09:00:00.000Z",
  to: "2026-03-14T09:00:00.000Z",
  vantage: "inside",
  assets: [
    { asset: "web-1", covered: 1, gaps: [] },
    {
      asset: "db-1",
      covered: 0.99996,
      gaps: [
        {
          from: "2026-03-10T01:00:00.000Z",
          to: "2026-03-10T01:00:25.000Z",
          gap: "inside/db-1@2026-03-10T01:00:00.000Z",
          cause: "the machine was suspended",
          explanations: [4],
          unsignedSeconds: 25,
        },
      ],
    },
    {
      asset: "backoffice-1",
      covered: 0,
      gaps: [
        {
          from: "2026-03-07T09:00:00.000Z",
          to: "2026-03-14T09:00:00.000Z",
          gap: "inside/backoffice-1@2026-03-01T09:00:00.000Z",
          unexplainedSeconds: 604_800,
        },
      ],
    },
  ],
  explanations: [{ ...explanationExample, gap: "inside/db-1@2026-03-10T01:00:00.000Z", evidence: [] }],
};
