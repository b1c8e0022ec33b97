import { EXPORT_FORMATS, EXPORT_MEDIA, examples as results } from "../contract/index.ts";
import type { ProblemStatus } from "./route-shapes.ts";

/** A request of an operation and what a plausible installation answers; a test runs each of them. */
export interface Example {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly status?: number;
  readonly answer: unknown;
  /** Where one operation answers in several media types, by type. */
  readonly answers?: Readonly<Record<string, unknown>>;
}

const period = { from: "2026-03-13T09:00:00Z", to: "2026-03-14T09:00:00Z" };
const idempotency = { "idempotency-key": "6f1c2f0e-0a6a-4d6e-9d5c-0f6f5d1c9b7a" };
const run = "0b6e1d0a-5f0c-4f3e-8f52-3f0f0a4c6a11";

/** By operation. What is no JSON stands as the text that is sent. */
export const EXAMPLES: Readonly<Record<string, Example>> = {
  getStatus: { answer: results.status },
  getAt: { query: { at: period.to, vantage: "inside" }, answer: results.at },
  getExposure: { query: { at: period.to, port: "22" }, answer: results.exposure },
  getDiff: { query: period, answer: results.diff },
  getGaps: { query: period, answer: results.gaps },
  listFindings: { query: { status: "new", limit: "50" }, answer: results.findings },
  exportFindings: { query: { format: "csv", status: "new" }, answer: results.exported.csv, answers: ofEachMedia() },
  getFinding: { path: { id: "5" }, answer: results.finding },
  getBaseline: { answer: results.baseline },
  proposeBaseline: { headers: idempotency, answer: results.proposal },
  approveBaseline: {
    headers: { ...idempotency, "if-match": '"baseline-1"' },
    body: { document: results.baseline.document, file: "port-baseline.yaml", approvedBy: "Jane Doe" },
    answer: results.approval,
  },
  listSweeps: { query: { kind: "full", limit: "20" }, answer: results.sweeps },
  getSweep: { path: { id: "12" }, answer: results.sweepRecord },
  runSweep: {
    headers: idempotency,
    body: { targets: ["dmz"], engine: "auto", requestedBy: "jane" },
    answer: { kind: "result", result: results.sweep },
  },
  stopSweep: { path: { id: run }, status: 202, answer: { schema: "portolan.sweep-stop/1", run } },
  importFile: {
    query: { file: "scan.xml", vantage: "outside", requestedBy: "jane" },
    body: "<nmaprun/>",
    answer: results.imported,
  },
  listEntries: { query: { type: "finding-opened" }, answer: results.entries },
  getEntry: { path: { index: "3" }, answer: results.entry },
  verifyEvidence: { answer: results.verified },
  signCheckpoint: { headers: idempotency, answer: results.checkpoint },
  getScope: { answer: results.scope },
  listScopes: { answer: results.scopes },
  getScopeVersion: { path: { version: "1" }, answer: results.scope },
  getResolvedScope: { answer: results.resolved },
  streamEvents: {
    headers: { "last-event-id": "2" },
    answer: 'event: finding-opened\nid: 3\ndata: {"index":3,"type":"finding-opened"}\n\n',
  },
  listSensors: { answer: results.sensors },
  inviteSensor: { body: { name: "db-1", validFor: 3_600_000, requestedBy: "jane" }, answer: results.invitation },
  revokeSensor: {
    path: { name: "web-1" },
    body: { reason: "the machine was replaced", requestedBy: "jane" },
    answer: results.revocation,
  },
  listUsers: { answer: results.users },
  inviteUser: {
    body: { email: results.user.email, name: "Ada", roles: [{ role: "engineer" }] },
    answer: results.link,
  },
  makeFirstAdminLink: { answer: results.link },
  setUserRoles: {
    path: { id: results.auditor.id },
    body: { roles: [{ role: "auditor", from: "2026-03-01T00:00:00Z", to: "2026-03-08T00:00:00Z" }] },
    answer: results.userChange,
  },
  disableUser: { path: { id: results.user.id }, answer: results.userChange },
  enableUser: { path: { id: results.user.id }, answer: results.userChange },
  makePasswordLink: { path: { id: results.user.id }, answer: results.link },
  listKeys: { answer: results.keys },
  makeKey: { body: { name: "ci", permissions: ["record:read"], days: 90 }, answer: results.keyMade },
  revokeKey: { path: { id: results.key.id }, answer: results.keyRevoked },
  listSessions: { answer: results.sessions },
  revokeSession: { path: { id: results.sessionRevoked.session }, answer: results.sessionRevoked },
  getHealth: { answer: "ok" },
  getReadiness: { answer: "ready" },
  getMetrics: { answer: "portolan_log_entries 4\n" },
  makeBackup: { answer: "a backup" },
  getDoctor: { answer: results.doctor },
};

/** What a problem of each status is like. */
export const PROBLEM_CODES: Readonly<Record<ProblemStatus | 500, string>> = {
  400: "config-invalid",
  401: "unauthorized",
  403: "forbidden",
  404: "not-found",
  405: "not-found",
  409: "conflict",
  412: "outdated",
  413: "config-invalid",
  415: "config-invalid",
  421: "misdirected",
  422: "conflict",
  429: "unauthorized",
  500: "internal",
  501: "engine-unavailable",
  503: "store-unavailable",
};

/** The example of each format of an export, by its media type. */
function ofEachMedia(): Record<string, unknown> {
  return Object.fromEntries(
    EXPORT_FORMATS.map((format) => {
      const text = results.exported[format];
      return [EXPORT_MEDIA[format].type, format === "slack" ? (JSON.parse(text) as unknown) : text];
    }),
  );
}
