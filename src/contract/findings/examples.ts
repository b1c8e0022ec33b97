import type { FindingResult, FindingsResult, FindingView } from "./schemas.ts";

export const telnet: FindingView = {
  id: 7,
  fingerprint: "unauthorized-open|inside|10.77.0.3|tcp|23",
  kind: "unauthorized-open",
  vantage: "inside",
  subject: { asset: "db-1", target: "dmz", address: "10.77.0.3", transport: "tcp", port: 23, owner: "team-data" },
  summary: "tcp/23 (telnet) of db-1 is open, and no authorized port allows it.",
  severity: 8,
  status: "new",
  openedAt: "2026-03-14T08:12:04.000Z",
  lastSeenAt: "2026-03-14T08:55:00.000Z",
  episodes: [{ openedAt: "2026-03-14T08:12:04.000Z", lastSeenAt: "2026-03-14T08:55:00.000Z" }],
  exposureSeconds: 2_576,
  processes: ["inetd (root, inetd.service)"],
  next: "Close the port, or authorize it with portolan baseline propose and an approval.",
};

export const silence: FindingView = {
  id: 8,
  fingerprint: "coverage-gap|inside|silent-1",
  kind: "coverage-gap",
  vantage: "inside",
  subject: { asset: "silent-1", target: "dmz", address: "10.77.0.4" },
  summary: "Nothing answered on any address of silent-1, so nothing is known of it.",
  severity: 6,
  status: "unchanged",
  openedAt: "2026-03-13T07:00:00.000Z",
  lastSeenAt: "2026-03-14T08:55:00.000Z",
  episodes: [{ openedAt: "2026-03-13T07:00:00.000Z", lastSeenAt: "2026-03-14T08:55:00.000Z" }],
  exposureSeconds: 93_300,
  gap: { from: "2026-03-13T07:00:00.000Z" },
};

const { next: _next, processes: _processes, ...ended } = telnet;

/** It came back once. */
export const resolvedFtp: FindingView = {
  ...ended,
  id: 5,
  fingerprint: "unauthorized-open|inside|10.77.0.2|tcp|21",
  subject: { asset: "web-1", target: "dmz", address: "10.77.0.2", transport: "tcp", port: 21, owner: "team-web" },
  summary: "tcp/21 (ftp) of web-1 is open, and no authorized port allows it.",
  status: "resolved",
  resolvedAt: "2026-03-14T08:55:00.000Z",
  resolution: "observed closed",
  episodes: [
    {
      openedAt: "2026-03-02T10:00:00.000Z",
      lastSeenAt: "2026-03-02T10:59:00.000Z",
      resolvedAt: "2026-03-02T11:00:00.000Z",
      resolution: "observed closed",
    },
    {
      openedAt: "2026-03-14T08:12:04.000Z",
      lastSeenAt: "2026-03-14T08:54:00.000Z",
      resolvedAt: "2026-03-14T08:55:00.000Z",
      resolution: "observed closed",
    },
  ],
  exposureSeconds: 6_176,
};

export const findings: FindingsResult = { schema: "portolan.findings/1", findings: [telnet, silence] };

export const finding: FindingResult = {
  schema: "portolan.finding/1",
  finding: resolvedFtp,
  events: [
    { at: "2026-03-02T10:00:00.000Z", status: "new", sweep: 2, note: resolvedFtp.summary },
    { at: "2026-03-02T11:00:00.000Z", status: "resolved", sweep: 3, note: "observed closed" },
    { at: "2026-03-14T08:12:04.000Z", status: "regressed", sweep: 11, note: resolvedFtp.summary },
    { at: "2026-03-14T08:55:00.000Z", status: "resolved", sweep: 12, note: "observed closed" },
  ],
};
