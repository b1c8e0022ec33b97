import type { InvitationResult, RevocationResult, SensorsResult } from "./schemas.ts";

export const sensors: SensorsResult = {
  schema: "portolan.sensors/1",
  sensors: [
    {
      name: "web-1",
      id: 1,
      vantage: "host:web-1",
      host: "web-1.example",
      platform: "linux",
      version: "0.1.0",
      key: "ab".repeat(32),
      state: "silent",
      enrolledAt: "2026-03-01T09:00:00.000Z",
      lastReportAt: "2026-03-14T08:40:00.000Z",
      coveredUntil: "2026-03-14T08:40:00.000Z",
      interval: "30s",
      listeners: 14,
      skew: { milliseconds: 3_600_120, uncertainty: 12, measuredAt: "2026-03-14T08:40:00.000Z" },
      gaps: 1,
      lastGap: { from: "2026-03-02T10:00:00.000Z", to: "2026-03-02T10:04:00.000Z", cause: "started" },
    },
  ],
  invitations: [{ name: "db-1", expiresAt: "2026-03-14T10:00:00.000Z", requestedBy: "jane" }],
};

export const invitation: InvitationResult = {
  schema: "portolan.sensor-invitation/1",
  name: "db-1",
  token: "t".repeat(43),
  expiresAt: "2026-03-14T10:00:00.000Z",
};

export const revocation: RevocationResult = {
  schema: "portolan.sensor-revocation/1",
  name: "web-1",
  revokedAt: "2026-03-14T09:00:00.000Z",
};
