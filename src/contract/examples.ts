import type { InvitationResult, RevocationResult, SensorsResult } from "./sensors.ts";
import type { ExportFormat } from "./exports.ts";
import type { Figures } from "./operations.ts";
import type {
  ApprovalResult,
  AtResult,
  BaselineResult,
  CheckpointResult,
  DoctorResult,
  DiffResult,
  ExposureResult,
  FindingView,
  GapsResult,
  ImportResult,
  ProposalResult,
  StatusResult,
  SweepResult,
  VerifyResult,
} from "./results.ts";
import type {
  EntriesResult,
  EntryResult,
  FindingResult,
  FindingsResult,
  ResolvedResult,
  ScopeResult,
  ScopesResult,
  SweepRecordResult,
  SweepsResult,
} from "./listing.ts";

export * from "./people-examples.ts";

/** One plausible installation, as every operation would describe it. 2026-03-14, a Saturday, 09:00 UTC. */

export const telnet: FindingView = {
  id: 7,
  fingerprint: "unauthorized-open|inside|10.77.0.3|tcp|23",
  kind: "unauthorized-open",
  vantage: "inside",
  subject: { asset: "db-1", target: "dmz", address: "10.77.0.3", transport: "tcp", port: 23, owner: "team-data" },
  summary: "tcp/23 (telnet) of db-1 is open, and no authorized port allows it.",
  status: "new",
  openedAt: "2026-03-14T08:12:04.000Z",
  lastSeenAt: "2026-03-14T08:55:00.000Z",
};

export const silence: FindingView = {
  id: 8,
  fingerprint: "coverage-gap|inside|silent-1",
  kind: "coverage-gap",
  vantage: "inside",
  subject: { asset: "silent-1", target: "dmz", address: "10.77.0.4" },
  summary: "Nothing answered on any address of silent-1, so nothing is known of it.",
  status: "unchanged",
  openedAt: "2026-03-13T07:00:00.000Z",
  lastSeenAt: "2026-03-14T08:55:00.000Z",
  gap: { from: "2026-03-13T07:00:00.000Z" },
};

export const resolvedFtp: FindingView = {
  ...telnet,
  id: 5,
  fingerprint: "unauthorized-open|inside|10.77.0.2|tcp|21",
  subject: { asset: "web-1", target: "dmz", address: "10.77.0.2", transport: "tcp", port: 21, owner: "team-web" },
  summary: "tcp/21 (ftp) of web-1 is open, and no authorized port allows it.",
  status: "resolved",
  resolvedAt: "2026-03-14T08:55:00.000Z",
  resolution: "observed closed",
};

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
  silent: [{ asset: "silent-1", address: "10.77.0.4", state: "no-response" }],
  runs: [{ from: "2026-03-14T08:55:00.000Z", to: "2026-03-14T08:55:04.000Z" }],
  confirmed: 2,
  findings: [telnet, silence],
  resolved: [resolvedFtp],
};

/** The beginning of an export in each format. */
export const exported: Readonly<Record<ExportFormat, string>> = {
  csv: "record,scope,scope_version,as_of,id,kind,status,summary",
  cef: "CEF:0|Portolan|Portolan|0.1.0|unauthorized-open|Port open without authorization|8|externalId=7 dpt=23",
  slack: '{"text":"Portolan: 2 open findings","blocks":[{"type":"divider"}]}',
  mail: "Subject: Portolan: 2 open findings",
  html: "<!doctype html>",
  pdf: "%PDF-1.7",
};

export const imported: ImportResult = {
  schema: "portolan.import/1",
  sweep: {
    id: 13,
    kind: "imported",
    vantage: "import",
    engine: "nmap",
    planned: 3_000,
    startedAt: "2026-03-13T22:00:00.000Z",
    endedAt: "2026-03-13T22:31:00.000Z",
    verdict: "complete",
    counts: { "not-scanned": 0, open: 2, closed: 1_990, filtered: 8, "no-response": 1_000, unreachable: 0 },
  },
  scopeVersion: 3,
  file: {
    name: "night.xml",
    sha256: "ef".repeat(32),
    bytes: 81_920,
    scanner: "nmap",
    version: "7.93",
    commandLine: "nmap -sS -p 1-1000 -oX night.xml 10.77.0.0/24",
  },
  addresses: 3,
  ports: "1-1000",
  open: [
    { asset: "web-1", address: "10.77.0.2", transport: "tcp", port: 443 },
    { address: "10.77.0.40", transport: "tcp", port: 22 },
  ],
  opened: 2,
  closed: 0,
  ignoredOutOfOrder: 0,
  leftOut: { outsideScope: 12, hostsDown: 240, notCovered: 5, unreadable: 0 },
};

export const status: StatusResult = {
  schema: "portolan.status/1",
  at: "2026-03-14T09:00:00.000Z",
  scope: { name: "payment platform", version: 3, digest: "cd".repeat(32), assets: 3, targets: 2, vantage: "inside" },
  baseline: { version: 2, approvedBy: "Jane Doe", approvedAt: "2026-03-01T10:00:00.000Z", authorizedPorts: 3 },
  targets: [
    {
      name: "dmz",
      systemType: "web-server",
      cadence: "1h",
      lastSweep: sweep.sweep,
      nextDue: "2026-03-14T09:55:00.000Z",
      overdue: false,
    },
    { name: "backoffice", systemType: "server", cadence: "1d", overdue: true },
  ],
  coverage: { endpoints: 262_140, known: 131_070, silent: 65_535, unknown: 65_535 },
  open: 4,
  findings: { open: 2, byKind: { "unauthorized-open": 1, "coverage-gap": 1 } },
  running: [],
  log: { size: 1203, rootHash: "q83vq83vq83vq83vq83vq83vq83vq83vq83vq83vq80=", signedAt: "2026-03-14T08:00:00.000Z" },
  store: "embedded",
};

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
};

export const exposure: ExposureResult = {
  schema: "portolan.exposure/1",
  at: "2026-03-14T09:00:00.000Z",
  vantagePoints: [
    { name: "inside", kind: "inside", own: true },
    { name: "outside", kind: "outside", own: false },
  ],
  endpoints: [
    {
      asset: "web-1",
      address: "10.77.0.2",
      transport: "tcp",
      port: 22,
      host: { says: "listening", listeners: [{ address: "0.0.0.0", bind: "any", process: "sshd" }] },
      seen: [
        { vantage: "inside", kind: "inside", state: "open", lookedAt: "2026-03-14T08:55:00.000Z", allowed: true },
        {
          vantage: "outside",
          kind: "outside",
          state: "filtered",
          lookedAt: "2026-03-14T08:50:00.000Z",
          allowed: false,
        },
      ],
      openFrom: ["inside"],
      wrongFrom: [],
      unknownFrom: [],
      summary: "listens on any; open from inside; filtered from outside",
    },
  ],
  omitted: 0,
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
      gaps: [{ from: "2026-03-10T01:00:00.000Z", to: "2026-03-10T01:00:25.000Z", cause: "the machine was suspended" }],
    },
    { asset: "backoffice-1", covered: 0, gaps: [{ from: "2026-03-07T09:00:00.000Z", to: "2026-03-14T09:00:00.000Z" }] },
  ],
};

export const findings: FindingsResult = { schema: "portolan.findings/1", findings: [telnet, silence] };

export const baseline: BaselineResult = {
  schema: "portolan.baseline/1",
  version: 2,
  digest: "ef".repeat(32),
  approvedBy: "Jane Doe",
  approvedAt: "2026-03-01T10:00:00.000Z",
  authorizedPorts: [
    {
      selector: { systemType: "web-server" },
      transport: "tcp",
      ports: "443",
      service: "https",
      owner: "team-web",
      justification: "public web shop",
      controls: ["WAF"],
      presence: "expected",
      expires: "2027-01-01T00:00:00.000Z",
    },
    {
      selector: { asset: "db-1", tag: "pci" },
      transport: "tcp",
      ports: "5432",
      owner: "team-data",
      justification: "order database, reached by the web shop alone",
      controls: [],
      presence: "optional",
    },
  ],
  document: "version: 1\nauthorizedPorts: []\n",
};

export const proposal: ProposalResult = {
  schema: "portolan.baseline-proposal/1",
  document: 'version: 1\nauthorizedPorts:\n  - asset: web-1\n    port: 80\n    owner: ""\n    justification: ""\n',
  proposed: 1,
  kept: 0,
};

export const approval: ApprovalResult = {
  schema: "portolan.baseline-approval/1",
  version: 3,
  digest: "0a".repeat(32),
  approvedBy: "Jane Doe",
  approvedAt: "2026-03-14T09:00:00.000Z",
  authorizedPorts: 4,
  resolved: [
    {
      ...telnet,
      status: "resolved",
      resolvedAt: "2026-03-14T09:00:00.000Z",
      resolution: "authorized by port baseline version 3",
    },
  ],
};

export const verified: VerifyResult = {
  schema: "portolan.evidence-verify/1",
  ok: true,
  entries: 1203,
  checkpoints: 14,
  rootHash: "q83vq83vq83vq83vq83vq83vq83vq83vq83vq83vq80=",
  keys: ["portolan+1a2b3c4d+AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA="],
  problems: [],
};

export const checkpoint: CheckpointResult = {
  schema: "portolan.evidence-checkpoint/1",
  size: 1203,
  note: "portolan\n1203\nq83vq83vq83vq83vq83vq83vq83vq83vq83vq83vq80=\n\n— portolan GisoAAAA\n",
};

export const finding: FindingResult = {
  schema: "portolan.finding/1",
  finding: resolvedFtp,
  events: [
    { at: "2026-03-14T08:12:04.000Z", status: "new", sweep: 11, note: resolvedFtp.summary },
    { at: "2026-03-14T08:55:00.000Z", status: "resolved", sweep: 12, note: "observed closed" },
  ],
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

const opened = {
  index: 3,
  type: "finding-opened",
  recordedAt: "2026-03-14T08:12:04.000Z",
  body: '{"at":"2026-03-14T08:12:04.000Z","data":{"finding":7},"index":3,"type":"finding-opened"}',
  leafHash: "yyHJSZ4zcvcRhsoCuf2jLpy2o1yzIxkCwEHYLZA4ebo=",
};

export const entries: EntriesResult = { schema: "portolan.entries/1", size: 4, entries: [opened] };

export const entry: EntryResult = {
  schema: "portolan.entry/1",
  entry: opened,
  inclusion: {
    size: 4,
    rootHash: "uqmZgUVRkTxkPIWx3yvLIVtMTIMhsiOvv8IOHfOhmDA=",
    hashes: ["DFULg8zrYgl1Z2ePYmDcUPyIVh9PMGmLm0PeQvDGuTE=", "2XmTY2tvbd2dCIjcYCPyUKWpPqpEcBT1xIFq0TCqbXg="],
  },
};

const firstScope = {
  version: 1,
  digest: "4f1c0a3f7d1e6c0b6c5b7b7f4a0f3b0f6a1c8f8e2d3b4a5968778695a4b3c2d1",
  name: "acme production",
  recordedAt: "2026-03-13T07:00:00.000Z",
  recordedBy: "jane",
  targets: 1,
  assets: 3,
};

export const scopes: ScopesResult = { schema: "portolan.scopes/1", versions: [firstScope] };

export const scope: ScopeResult = {
  schema: "portolan.scope/1",
  scope: firstScope,
  document: "name: acme production\ntargets:\n  - name: dmz\n    addresses: [10.77.0.0/29]\n",
};

export const resolved: ResolvedResult = {
  schema: "portolan.resolved/1",
  at: "2026-03-14T09:00:00.000Z",
  scopeVersion: 1,
  targets: [{ target: "dmz", systemType: "server", addresses: ["10.77.0.0/29"] }],
  assets: [{ asset: "web-1", systemType: "server", owner: "team-web", addresses: ["10.77.0.2"] }],
};

export const doctor: DoctorResult = {
  schema: "portolan.doctor/1",
  checks: [
    { name: "node", verdict: "ok", detail: "24.21.0" },
    { name: "raw sockets", verdict: "limited", detail: "not allowed", fix: "Grant CAP_NET_RAW." },
  ],
};

export const figures: Figures = {
  sweeps: [{ kind: "full", verdict: "complete", count: 11 }],
  endpoints: [{ vantage: "inside", state: "open", count: 4 }],
  findings: [{ kind: "unauthorized-open", status: "new", count: 1 }],
  gaps: { count: 1, seconds: 3_600 },
  log: { entries: 4, signed: 4 },
  jobs: [],
  databaseSeconds: 0.001,
};

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
