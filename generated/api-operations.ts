// Generated from generated/openapi.json by `npm run schemas`: change the routes, not this file.
/* oxlint-disable */

export type ApprovalResult = {
  schema: "portolan.baseline-approval/1";
  version: number;
  digest: string;
  approvedBy: string;
  approvedAt: string;
  authorizedPorts: number;
  resolved: readonly Finding[];
};

export type AtResult = {
  schema: "portolan.at/1";
  at: string;
  vantage: string;
  scopeVersion?: number | undefined;
  assets: readonly {
    asset: string;
    declared?: true | undefined;
    addresses: readonly string[];
    answer: "known" | "partly-known" | "silent" | "unknown";
    lastLookedAt?: string | undefined;
    staleness: string;
    open: readonly {
      identified?:
        | {
            service: string;
            product?: string | undefined;
            version?: string | undefined;
            confidence: "high" | "medium" | "low";
            distribution?: string | undefined;
            access?: "anonymous" | "authenticated" | undefined;
            evidence: string;
            tls?:
              | {
                  versions: readonly ("SSLv3" | "TLSv1.0" | "TLSv1.1" | "TLSv1.2" | "TLSv1.3")[];
                  undecided: readonly ("SSLv3" | "TLSv1.0" | "TLSv1.1" | "TLSv1.2" | "TLSv1.3")[];
                  suites: readonly {
                    version: "SSLv3" | "TLSv1.0" | "TLSv1.1" | "TLSv1.2" | "TLSv1.3";
                    suite: string;
                  }[];
                  weakSuites: readonly string[];
                  alpn?: string | undefined;
                  certificates: readonly {
                    subject: string;
                    issuer: string;
                    names: readonly string[];
                    notBefore: string;
                    notAfter: string;
                    keyType: string;
                    keyBits?: number | undefined;
                    selfSigned: boolean;
                    sha256: string;
                  }[];
                }
              | undefined;
          }
        | undefined;
      address: string;
      transport: "tcp" | "udp";
      port: number;
      since: string;
      lastLookedAt: string;
    }[];
    counts: Record<string, number>;
    unknownPorts: string;
    note?: string | undefined;
  }[];
  counts: Record<string, number>;
};

export type BaselineResult = {
  schema: "portolan.baseline/1";
  version: number;
  digest: string;
  approvedBy: string;
  approvedAt: string;
  authorizedPorts: readonly {
    selector: {
      asset?: string | undefined;
      tag?: string | undefined;
      systemType?: string | undefined;
      cidr?: string | undefined;
    };
    transport: "tcp" | "udp";
    ports: string;
    service?: string | undefined;
    owner: string;
    justification: string;
    controls: readonly string[];
    presence: "expected" | "optional";
    exposure?: readonly string[] | undefined;
    expires?: string | undefined;
  }[];
  document: string;
};

export type CheckpointResult = { schema: "portolan.evidence-checkpoint/1"; size: number; note: string };

export type DiffResult = {
  schema: "portolan.diff/1";
  from: string;
  to: string;
  vantage: string;
  changes: readonly {
    asset?: string | undefined;
    declared?: true | undefined;
    address: string;
    transport: "tcp" | "udp";
    port: number;
    before: "open" | "closed" | "filtered" | "no-response" | "unreachable";
    after: "open" | "closed" | "filtered" | "no-response" | "unreachable";
  }[];
  otherChanges: readonly {
    asset?: string | undefined;
    declared?: true | undefined;
    addresses: string;
    transport: "tcp" | "udp";
    ports: string;
    before: "open" | "closed" | "filtered" | "no-response" | "unreachable";
    after: "open" | "closed" | "filtered" | "no-response" | "unreachable";
    endpoints: number;
  }[];
  compared: number;
  notCompared: number;
};

export type DoctorResult = {
  schema: "portolan.doctor/1";
  checks: readonly { name: string; verdict: "ok" | "limited" | "broken"; detail: string; fix?: string | undefined }[];
};

export type EntriesResult = {
  schema: "portolan.entries/1";
  size: number;
  entries: readonly { index: number; type: string; recordedAt: string; body: string; leafHash: string }[];
  next?: string | undefined;
};

export type EntryResult = {
  schema: "portolan.entry/1";
  entry: { index: number; type: string; recordedAt: string; body: string; leafHash: string };
  inclusion: { size: number; rootHash: string; hashes: readonly string[]; note?: string | undefined };
};

export type ExposureResult = {
  schema: "portolan.exposure/1";
  at: string;
  vantagePoints: readonly { name: string; kind: "inside" | "outside" | "other"; own: boolean }[];
  endpoints: readonly {
    asset?: string | undefined;
    declared?: true | undefined;
    address: string;
    transport: "tcp" | "udp";
    port: number;
    host: {
      says: "listening" | "not-listening" | "unknown";
      listeners?:
        | readonly {
            address: string;
            bind: "any" | "loopback" | "private" | "specific";
            process?: string | undefined;
          }[]
        | undefined;
    };
    seen: readonly {
      vantage: string;
      kind: "inside" | "outside" | "other";
      state: "open" | "closed" | "filtered" | "no-response" | "unreachable" | "unknown";
      lookedAt?: string | undefined;
      allowed?: boolean | undefined;
    }[];
    openFrom: readonly string[];
    wrongFrom: readonly string[];
    unknownFrom: readonly string[];
    summary: string;
  }[];
  omitted: number;
};

export type FindingResult = {
  schema: "portolan.finding/1";
  finding: Finding;
  events: readonly { at: string; status: "new" | "resolved" | "regressed"; sweep?: number | undefined; note: string }[];
};

export type Finding = {
  id: number;
  fingerprint: string;
  kind:
    | "unauthorized-open"
    | "expected-missing"
    | "service-changed"
    | "wrong-exposure"
    | "insecure-service"
    | "outdated-service"
    | "authorization-expired"
    | "undeclared-asset"
    | "coverage-gap";
  vantage: string;
  subject: {
    asset?: string | undefined;
    target?: string | undefined;
    sensor?: string | undefined;
    address?: string | undefined;
    name?: string | undefined;
    transport?: "tcp" | "udp" | undefined;
    port?: number | undefined;
    ports?: readonly unknown[] | undefined;
    owner?: string | undefined;
  };
  summary: string;
  status: "new" | "unchanged" | "resolved" | "regressed";
  openedAt: string;
  lastSeenAt: string;
  resolvedAt?: string | undefined;
  resolution?: string | undefined;
  gap?: { from?: string | undefined; to?: string | undefined } | undefined;
};

export type FindingsResult = { schema: "portolan.findings/1"; findings: readonly Finding[]; next?: string | undefined };

export type GapsResult = {
  schema: "portolan.gaps/1";
  from: string;
  to: string;
  vantage: string;
  assets: readonly {
    asset: string;
    declared?: true | undefined;
    covered: number;
    gaps: readonly { from: string; to: string; cause?: string | undefined }[];
  }[];
};

export type ImportResult = {
  schema: "portolan.import/1";
  sweep: SweepSummary;
  scopeVersion: number;
  file: {
    name: string;
    sha256: string;
    bytes: number;
    scanner: "nmap" | "masscan" | "naabu";
    version?: string | undefined;
    commandLine?: string | undefined;
  };
  claim?: { ports: string; targets?: string | undefined } | undefined;
  addresses: number;
  ports: string;
  open: readonly { asset?: string | undefined; address: string; transport: "tcp" | "udp"; port: number }[];
  opened: number;
  closed: number;
  ignoredOutOfOrder: number;
  leftOut: { outsideScope: number; hostsDown: number; notCovered: number; unreadable: number };
};

export type InvitationResult = {
  schema: "portolan.sensor-invitation/1";
  name: string;
  token: string;
  expiresAt: string;
};

export type KeyMadeResult = {
  schema: "portolan.key-made/1";
  key: {
    id: string;
    name: string;
    user: string;
    prefix: string;
    permissions: readonly string[];
    createdAt: string;
    expiresAt: string;
    lastUsedAt?: string | undefined;
    revokedAt?: string | undefined;
  };
  secret: string;
};

export type KeyRevokedResult = {
  schema: "portolan.key-revoked/1";
  key: {
    id: string;
    name: string;
    user: string;
    prefix: string;
    permissions: readonly string[];
    createdAt: string;
    expiresAt: string;
    lastUsedAt?: string | undefined;
    revokedAt?: string | undefined;
  };
};

export type KeysResult = {
  schema: "portolan.keys/1";
  keys: readonly {
    id: string;
    name: string;
    user: string;
    prefix: string;
    permissions: readonly string[];
    createdAt: string;
    expiresAt: string;
    lastUsedAt?: string | undefined;
    revokedAt?: string | undefined;
  }[];
};

export type LinkResult = {
  schema: "portolan.one-time-link/1";
  user?: string | undefined;
  url: string;
  expiresAt: string;
};

export type Problem = {
  type: string;
  title: string;
  status: number;
  detail: string;
  code:
    | "config-invalid"
    | "target-refused"
    | "not-found"
    | "store-unavailable"
    | "store-locked"
    | "conflict"
    | "outdated"
    | "evidence-broken"
    | "unauthorized"
    | "forbidden"
    | "throttled"
    | "misdirected"
    | "engine-unavailable"
    | "interrupted"
    | "internal";
  place?: string | undefined;
  next: string;
};

export type ProposalResult = {
  schema: "portolan.baseline-proposal/1";
  document: string;
  proposed: number;
  kept: number;
};

export type ResolvedResult = {
  schema: "portolan.resolved/1";
  at: string;
  scopeVersion: number;
  targets: readonly { target: string; systemType: string; addresses: readonly string[] }[];
  assets: readonly { asset: string; systemType: string; owner?: string | undefined; addresses: readonly string[] }[];
};

export type RevocationResult = { schema: "portolan.sensor-revocation/1"; name: string; revokedAt: string };

export type ScopeResult = {
  schema: "portolan.scope/1";
  scope: {
    version: number;
    digest: string;
    name: string;
    recordedAt: string;
    recordedBy: string;
    targets: number;
    assets: number;
  };
  document: string;
};

export type ScopesResult = {
  schema: "portolan.scopes/1";
  versions: readonly {
    version: number;
    digest: string;
    name: string;
    recordedAt: string;
    recordedBy: string;
    targets: number;
    assets: number;
  }[];
  next?: string | undefined;
};

export type SensorsResult = {
  schema: "portolan.sensors/1";
  sensors: readonly {
    name: string;
    id: number;
    vantage: string;
    host: string;
    platform: string;
    version: string;
    key: string;
    state: "reporting" | "silent" | "never-reported" | "revoked";
    enrolledAt: string;
    revokedAt?: string | undefined;
    lastReportAt?: string | undefined;
    coveredUntil?: string | undefined;
    interval?: string | undefined;
    listeners: number;
    skew?: { milliseconds: number; uncertainty: number; measuredAt: string } | undefined;
    gaps: number;
    lastGap?: { from: string; to: string; cause: string } | undefined;
  }[];
  invitations: readonly { name: string; expiresAt: string; requestedBy: string }[];
};

export type SessionRevokedResult = { schema: "portolan.session-revoked/1"; session: string };

export type SessionsResult = {
  schema: "portolan.sessions/1";
  sessions: readonly {
    id: string;
    user: string;
    current: boolean;
    address: string;
    agent: string;
    createdAt: string;
    expiresAt: string;
  }[];
};

export type StatusResult = {
  schema: "portolan.status/1";
  at: string;
  scope: {
    name: string;
    version: number;
    digest: string;
    assets: number;
    targets: number;
    vantage: string;
    problem?: string | undefined;
  };
  baseline?: { version: number; approvedBy: string; approvedAt: string; authorizedPorts: number } | undefined;
  targets: readonly {
    name: string;
    systemType: string;
    cadence: string;
    lastSweep?: SweepSummary | undefined;
    nextDue?: string | undefined;
    overdue: boolean;
  }[];
  coverage: { endpoints: number; known: number; silent: number; unknown: number };
  open: number;
  findings: { open: number; byKind: Record<string, number> };
  running: readonly SweepSummary[];
  log: { size: number; rootHash: string; signedAt?: string | undefined };
  server?: { url: string; pid: number; startedAt: string } | undefined;
  vantagePoints?:
    | readonly {
        name: string;
        kind: "inside" | "outside" | "other";
        own: boolean;
        targets: number;
        lastWorked?: string | undefined;
        overdue: readonly string[];
        workers: readonly {
          id: number;
          kind: "installation" | "worker";
          machine: string;
          pid: number;
          joinedAt: string;
          seenAt: string;
          skew: number;
        }[];
      }[]
    | undefined;
  store: "embedded" | "postgresql";
};

export type StopResult = { schema: "portolan.sweep-stop/1"; run: string };

export type SweepLine =
  | { kind: "accepted"; run: string }
  | {
      kind: "progress";
      progress: {
        sweepId: number;
        phase: "scanning" | "confirming" | "identifying" | "recording";
        done: number;
        planned: number;
        open: number;
        rate: number;
        resumedFrom?: number | undefined;
      };
    }
  | { kind: "result"; result: SweepResult }
  | { kind: "error"; problem: Problem };

export type SweepRecordResult = {
  schema: "portolan.sweep-record/1";
  sweep: SweepSummary;
  targets: readonly string[];
  scopeVersion: number;
  requestedBy: string;
  seed: string;
  planDigest: string;
  plan: unknown;
  parameters: Record<string, unknown>;
};

export type SweepResult = {
  schema: "portolan.sweep/1";
  sweep: SweepSummary;
  engineNote?: string | undefined;
  seed: string;
  planDigest: string;
  scopeVersion: number;
  baselineVersion?: number | undefined;
  targets: readonly string[];
  ports: string;
  open: readonly {
    asset?: string | undefined;
    address: string;
    transport: "tcp" | "udp";
    port: number;
    service?: string | undefined;
    identified?:
      | {
          service: string;
          product?: string | undefined;
          version?: string | undefined;
          confidence: "high" | "medium" | "low";
          distribution?: string | undefined;
          access?: "anonymous" | "authenticated" | undefined;
          evidence: string;
          tls?:
            | {
                versions: readonly ("SSLv3" | "TLSv1.0" | "TLSv1.1" | "TLSv1.2" | "TLSv1.3")[];
                undecided: readonly ("SSLv3" | "TLSv1.0" | "TLSv1.1" | "TLSv1.2" | "TLSv1.3")[];
                suites: readonly { version: "SSLv3" | "TLSv1.0" | "TLSv1.1" | "TLSv1.2" | "TLSv1.3"; suite: string }[];
                weakSuites: readonly string[];
                alpn?: string | undefined;
                certificates: readonly {
                  subject: string;
                  issuer: string;
                  names: readonly string[];
                  notBefore: string;
                  notAfter: string;
                  keyType: string;
                  keyBits?: number | undefined;
                  selfSigned: boolean;
                  sha256: string;
                }[];
              }
            | undefined;
        }
      | undefined;
    process?: string | undefined;
    pid?: number | undefined;
    user?: string | undefined;
    executable?: string | undefined;
    unit?: string | undefined;
    container?: string | undefined;
    bind?: "any" | "loopback" | "private" | "specific" | undefined;
  }[];
  silent: readonly {
    asset?: string | undefined;
    address: string;
    state: "open" | "closed" | "filtered" | "no-response" | "unreachable";
  }[];
  limited?:
    readonly { asset?: string | undefined; address: string; unresolved: number; perSecond: number }[] | undefined;
  runs: readonly { from: string; to: string }[];
  confirmed: number;
  findings: readonly Finding[];
  resolved: readonly Finding[];
};

export type SweepSummary = {
  id: number;
  kind: "full" | "known" | "requested" | "imported";
  vantage: string;
  engine: string;
  planned: number;
  startedAt: string;
  endedAt?: string | undefined;
  verdict?: "complete" | "partial" | "untrusted" | undefined;
  reason?: string | undefined;
  counts?: Record<string, number> | undefined;
  recall?: { canaries: number; found: number; low: number; high: number } | undefined;
  engineReport?:
    | {
        engine: string;
        sent: number;
        retried: number;
        dropped: number;
        errors: Record<string, number>;
        loss: number;
        roundTrip?: number | undefined;
        doubtful: {
          hosts: number;
          endpoints: number;
          first: readonly { address: string; silent: number; why: "limits-refusals" | "loss" }[];
        };
      }
    | undefined;
};

export type SweepsResult = { schema: "portolan.sweeps/1"; sweeps: readonly SweepSummary[]; next?: string | undefined };

export type UserChangeResult = {
  schema: "portolan.user/1";
  user: {
    id: string;
    email: string;
    name: string;
    roles: readonly {
      role: "admin" | "engineer" | "service-owner" | "approver" | "responder" | "auditor";
      from?: string | undefined;
      to?: string | undefined;
      inForce: boolean;
    }[];
    secondFactor: boolean;
    passkeys: number;
    joined: boolean;
    disabledAt?: string | undefined;
  };
};

export type UsersResult = {
  schema: "portolan.users/1";
  users: readonly {
    id: string;
    email: string;
    name: string;
    roles: readonly {
      role: "admin" | "engineer" | "service-owner" | "approver" | "responder" | "auditor";
      from?: string | undefined;
      to?: string | undefined;
      inForce: boolean;
    }[];
    secondFactor: boolean;
    passkeys: number;
    joined: boolean;
    disabledAt?: string | undefined;
  }[];
};

export type VerifyResult = {
  schema: "portolan.evidence-verify/1";
  ok: boolean;
  entries: number;
  checkpoints: number;
  rootHash: string;
  keys: readonly string[];
  problems: readonly { entry?: number | undefined; checkpoint?: number | undefined; problem: string }[];
};

/** Where each operation is. */
export const OPERATIONS = {
  getStatus: { method: "GET", path: "/api/v1/status" },
  getAt: { method: "GET", path: "/api/v1/at" },
  getExposure: { method: "GET", path: "/api/v1/exposure" },
  getDiff: { method: "GET", path: "/api/v1/diff" },
  getGaps: { method: "GET", path: "/api/v1/gaps" },
  listFindings: { method: "GET", path: "/api/v1/findings" },
  exportFindings: { method: "GET", path: "/api/v1/findings/export" },
  getFinding: { method: "GET", path: "/api/v1/findings/{id}" },
  getBaseline: { method: "GET", path: "/api/v1/baseline" },
  proposeBaseline: { method: "POST", path: "/api/v1/baseline/proposals" },
  approveBaseline: { method: "POST", path: "/api/v1/baseline/approvals" },
  listSweeps: { method: "GET", path: "/api/v1/sweeps" },
  runSweep: { method: "POST", path: "/api/v1/sweeps" },
  getSweep: { method: "GET", path: "/api/v1/sweeps/{id}" },
  stopSweep: { method: "DELETE", path: "/api/v1/sweeps/{id}" },
  listEntries: { method: "GET", path: "/api/v1/evidence/entries" },
  getEntry: { method: "GET", path: "/api/v1/evidence/entries/{index}" },
  verifyEvidence: { method: "GET", path: "/api/v1/evidence/verify" },
  signCheckpoint: { method: "POST", path: "/api/v1/evidence/checkpoints" },
  getScope: { method: "GET", path: "/api/v1/scope" },
  listScopes: { method: "GET", path: "/api/v1/scope/versions" },
  getScopeVersion: { method: "GET", path: "/api/v1/scope/versions/{version}" },
  getResolvedScope: { method: "GET", path: "/api/v1/scope/resolved" },
  streamEvents: { method: "GET", path: "/api/v1/events" },
  getHealth: { method: "GET", path: "/healthz" },
  getReadiness: { method: "GET", path: "/readyz" },
  getMetrics: { method: "GET", path: "/metrics" },
  getDoctor: { method: "GET", path: "/api/v1/doctor" },
  makeBackup: { method: "GET", path: "/api/v1/backup" },
  listUsers: { method: "GET", path: "/api/v1/users" },
  inviteUser: { method: "POST", path: "/api/v1/users" },
  makeFirstAdminLink: { method: "POST", path: "/api/v1/users/first-admin-links" },
  setUserRoles: { method: "PUT", path: "/api/v1/users/{id}/roles" },
  disableUser: { method: "PUT", path: "/api/v1/users/{id}/disablement" },
  enableUser: { method: "DELETE", path: "/api/v1/users/{id}/disablement" },
  makePasswordLink: { method: "POST", path: "/api/v1/users/{id}/links" },
  listKeys: { method: "GET", path: "/api/v1/keys" },
  makeKey: { method: "POST", path: "/api/v1/keys" },
  revokeKey: { method: "DELETE", path: "/api/v1/keys/{id}" },
  listSessions: { method: "GET", path: "/api/v1/sessions" },
  revokeSession: { method: "DELETE", path: "/api/v1/sessions/{id}" },
  listSensors: { method: "GET", path: "/api/v1/sensors" },
  inviteSensor: { method: "POST", path: "/api/v1/sensors/invitations" },
  revokeSensor: { method: "POST", path: "/api/v1/sensors/{name}/revocation" },
  importFile: { method: "POST", path: "/api/v1/imports" },
  enrolSensor: { method: "POST", path: "/api/v1/sensor/enrolments" },
  sendReport: { method: "POST", path: "/api/v1/sensor/reports" },
} as const;

export type OperationId = keyof typeof OPERATIONS;

/** What each operation takes. */
export interface Requests {
  /** Scope, coverage, open findings, log head */
  getStatus: {};
  /** What was open at an instant */
  getAt: { query: { at: string; asset?: string | undefined; vantage?: string | undefined } };
  /** What each vantage point sees of an endpoint */
  getExposure: {
    query: {
      at: string;
      address?: string | undefined;
      transport?: "tcp" | "udp" | undefined;
      port?: number | undefined;
    };
  };
  /** What changed between two instants */
  getDiff: { query: { from: string; to: string; vantage?: string | undefined } };
  /** Where nobody looked */
  getGaps: { query: { from: string; to: string; asset?: string | undefined; vantage?: string | undefined } };
  /** Confirmed deviations, the last recorded first */
  listFindings: {
    query?: {
      status?:
        | ("new" | "unchanged" | "resolved" | "regressed")
        | readonly ("new" | "unchanged" | "resolved" | "regressed")[]
        | undefined;
      kind?:
        | (
            | "unauthorized-open"
            | "expected-missing"
            | "service-changed"
            | "wrong-exposure"
            | "insecure-service"
            | "outdated-service"
            | "authorization-expired"
            | "undeclared-asset"
            | "coverage-gap"
          )
        | readonly (
            | "unauthorized-open"
            | "expected-missing"
            | "service-changed"
            | "wrong-exposure"
            | "insecure-service"
            | "outdated-service"
            | "authorization-expired"
            | "undeclared-asset"
            | "coverage-gap"
          )[]
        | undefined;
      asset?: string | undefined;
      vantage?: string | undefined;
      openedSince?: string | undefined;
      openedUntil?: string | undefined;
      after?: string | undefined;
      limit?: number | undefined;
    };
  };
  /** Findings as other programs and people read them */
  exportFindings: {
    query: {
      format: "csv" | "cef" | "slack" | "mail" | "html" | "pdf";
      status?:
        | ("new" | "unchanged" | "resolved" | "regressed")
        | readonly ("new" | "unchanged" | "resolved" | "regressed")[]
        | undefined;
      kind?:
        | (
            | "unauthorized-open"
            | "expected-missing"
            | "service-changed"
            | "wrong-exposure"
            | "insecure-service"
            | "outdated-service"
            | "authorization-expired"
            | "undeclared-asset"
            | "coverage-gap"
          )
        | readonly (
            | "unauthorized-open"
            | "expected-missing"
            | "service-changed"
            | "wrong-exposure"
            | "insecure-service"
            | "outdated-service"
            | "authorization-expired"
            | "undeclared-asset"
            | "coverage-gap"
          )[]
        | undefined;
      asset?: string | undefined;
      vantage?: string | undefined;
      openedSince?: string | undefined;
      openedUntil?: string | undefined;
      mailFrom?: string | undefined;
      mailTo?: string | readonly string[] | undefined;
    };
  };
  /** A finding and its life */
  getFinding: { path: { id: number } };
  /** The port baseline in force */
  getBaseline: {};
  /** What is open now, as YAML to complete */
  proposeBaseline: { headers?: { "idempotency-key"?: string | undefined } };
  /** Approve a completed port baseline */
  approveBaseline: {
    headers?: { "idempotency-key"?: string | undefined; "if-match"?: string | undefined };
    body: { document: string; file: string; approvedBy: string };
  };
  /** Every look that was recorded, the last begun first */
  listSweeps: {
    query?: {
      kind?:
        | ("full" | "known" | "requested" | "imported")
        | readonly ("full" | "known" | "requested" | "imported")[]
        | undefined;
      verdict?: ("complete" | "partial" | "untrusted") | readonly ("complete" | "partial" | "untrusted")[] | undefined;
      vantage?: string | undefined;
      startedSince?: string | undefined;
      startedUntil?: string | undefined;
      after?: string | undefined;
      limit?: number | undefined;
    };
  };
  /** Sweep now */
  runSweep: {
    headers?: { "idempotency-key"?: string | undefined };
    body: {
      targets: readonly string[];
      ports?: string | undefined;
      engine: "auto" | "syn" | "connect" | "connect-portable";
      rate?: number | undefined;
      requestedBy: string;
    };
  };
  /** A sweep as recorded, with the plan to perform it again */
  getSweep: { path: { id: number } };
  /** Stop a sweep that was asked for here */
  stopSweep: { path: { id: string } };
  /** Entries of the evidence log, the oldest first */
  listEntries: {
    query?: {
      type?:
        | (
            | "log-created"
            | "scope-recorded"
            | "sweep-started"
            | "sweep-resumed"
            | "sweep-finished"
            | "sweep-refused"
            | "baseline-approved"
            | "finding-opened"
            | "finding-resolved"
            | "finding-regressed"
            | "gap-recorded"
            | "signed-in"
            | "signed-out"
            | "sign-in-refused"
            | "refusals-counted"
            | "first-admin-link-made"
            | "user-invited"
            | "user-joined"
            | "password-link-made"
            | "password-set"
            | "user-disabled"
            | "user-enabled"
            | "roles-changed"
            | "second-factor-changed"
            | "passkey-changed"
            | "sso-linked"
            | "key-made"
            | "key-revoked"
            | "session-revoked"
            | "evidence-read"
            | "baseline-proposed"
            | "worker-joined"
            | "worker-left"
            | "sensor-invited"
            | "sensor-enrolled"
            | "sensor-revoked"
            | "sensor-gap-recorded"
            | "listeners-changed"
          )
        | readonly (
            | "log-created"
            | "scope-recorded"
            | "sweep-started"
            | "sweep-resumed"
            | "sweep-finished"
            | "sweep-refused"
            | "baseline-approved"
            | "finding-opened"
            | "finding-resolved"
            | "finding-regressed"
            | "gap-recorded"
            | "signed-in"
            | "signed-out"
            | "sign-in-refused"
            | "refusals-counted"
            | "first-admin-link-made"
            | "user-invited"
            | "user-joined"
            | "password-link-made"
            | "password-set"
            | "user-disabled"
            | "user-enabled"
            | "roles-changed"
            | "second-factor-changed"
            | "passkey-changed"
            | "sso-linked"
            | "key-made"
            | "key-revoked"
            | "session-revoked"
            | "evidence-read"
            | "baseline-proposed"
            | "worker-joined"
            | "worker-left"
            | "sensor-invited"
            | "sensor-enrolled"
            | "sensor-revoked"
            | "sensor-gap-recorded"
            | "listeners-changed"
          )[]
        | undefined;
      recordedSince?: string | undefined;
      recordedUntil?: string | undefined;
      after?: string | undefined;
      limit?: number | undefined;
    };
  };
  /** An entry, with the proof that it is in the log */
  getEntry: { path: { index: number } };
  /** Recompute the evidence log */
  verifyEvidence: {};
  /** Sign the head of the evidence log */
  signCheckpoint: { headers?: { "idempotency-key"?: string | undefined } };
  /** The scope that was recorded last */
  getScope: {};
  /** Every scope that was ever in force, the latest first */
  listScopes: { query?: { after?: string | undefined; limit?: number | undefined } };
  /** A recorded scope */
  getScopeVersion: { path: { version: number } };
  /** The addresses that targets and assets mean at this moment */
  getResolvedScope: {};
  /** What happens, as it happens */
  streamEvents: { headers?: { "last-event-id"?: string | undefined } };
  /** Whether the process lives */
  getHealth: {};
  /** Whether it can work: the database answers, the log's head is sound */
  getReadiness: {};
  /** Figures in the Prometheus text format */
  getMetrics: {};
  /** What the server's machine can do, and how to fix what it cannot */
  getDoctor: {};
  /** The whole record at this instant, in one file */
  makeBackup: {};
  /** Who may sign in, and as what */
  listUsers: {};
  /** Invite somebody: the answer holds their one-time link */
  inviteUser: {
    body: {
      email: string;
      name: string;
      roles: readonly {
        role: "admin" | "engineer" | "service-owner" | "approver" | "responder" | "auditor";
        from?: string | undefined;
        to?: string | undefined;
      }[];
    };
  };
  /** A one-time link for the first admin, while there is no user */
  makeFirstAdminLink: {};
  /** Give somebody these roles, in place of those they had; never oneself */
  setUserRoles: {
    path: { id: string };
    body: {
      roles: readonly {
        role: "admin" | "engineer" | "service-owner" | "approver" | "responder" | "auditor";
        from?: string | undefined;
        to?: string | undefined;
      }[];
    };
  };
  /** Shut an account: its sessions end and its keys stop at once */
  disableUser: { path: { id: string } };
  /** Open an account again */
  enableUser: { path: { id: string } };
  /** Another one-time link for somebody; their sessions end when it is used */
  makePasswordLink: { path: { id: string } };
  /** One's own API keys, or everybody's; never the keys themselves */
  listKeys: { query?: { all?: "true" | undefined } };
  /** Make an API key; the answer is the only place where it is ever shown */
  makeKey: {
    body: {
      name: string;
      permissions: readonly (
        | "session:begin"
        | "account:own"
        | "health:read"
        | "metrics:read"
        | "record:read"
        | "evidence:read"
        | "evidence:checkpoint"
        | "backup:make"
        | "sweep:run"
        | "import:run"
        | "baseline:propose"
        | "baseline:approve"
        | "users:read"
        | "users:manage"
        | "keys:own"
        | "sensors:read"
        | "sensors:manage"
        | "sensor:enrol"
        | "sensor:report"
      )[];
      days?: number | undefined;
      user?: string | undefined;
    };
  };
  /** Revoke an API key, at once and for good */
  revokeKey: { path: { id: string } };
  /** Where one is signed in, or everybody is */
  listSessions: { query?: { all?: "true" | undefined } };
  /** End a session, wherever it is, at once */
  revokeSession: { path: { id: string } };
  /** Sensors on other machines: last report, clock, gaps */
  listSensors: {};
  /** A token that enrols one sensor, once */
  inviteSensor: { body: { name: string; validFor: number; requestedBy: string } };
  /** Believe nothing more that is signed with its key */
  revokeSensor: { path: { name: string }; body: { reason: string; requestedBy: string } };
  /** Import a file of another scanner */
  importFile: {
    query: {
      file: string;
      format?: "auto" | "nmap" | "masscan" | "naabu" | undefined;
      vantage?: string | undefined;
      ports?: string | undefined;
      targets?: string | readonly string[] | undefined;
      requestedBy: string;
    };
  };
  /** A sensor's key, for its enrolment token */
  enrolSensor: { body: { token: string; publicKey: string; host: string; platform: string; version: string } };
  /** What a sensor saw */
  sendReport: {
    body: {
      journal: string;
      run: number;
      exchange: number;
      now: { clock: string; elapsed: number; wall: number };
      until?: { clock: string; elapsed: number; wall: number } | undefined;
      interval: number;
      roundTrip?: number | undefined;
      version: string;
      host: string;
      records: readonly (
        | {
            kind: "begin";
            seq: number;
            at: { clock: string; elapsed: number; wall: number };
            cause: "started" | "buffer-full" | "blind" | "suspended" | "asked";
            listeners: readonly {
              transport: "tcp" | "udp";
              address: string | string;
              port: number;
              ipv6Only?: boolean | undefined;
              process?: string | undefined;
              executable?: string | undefined;
              user?: string | undefined;
              unit?: string | undefined;
              container?: string | undefined;
              namespace?: number | undefined;
            }[];
            addresses: readonly (string | string)[];
          }
        | {
            kind: "snapshot";
            seq: number;
            at: { clock: string; elapsed: number; wall: number };
            listeners: readonly {
              transport: "tcp" | "udp";
              address: string | string;
              port: number;
              ipv6Only?: boolean | undefined;
              process?: string | undefined;
              executable?: string | undefined;
              user?: string | undefined;
              unit?: string | undefined;
              container?: string | undefined;
              namespace?: number | undefined;
            }[];
            addresses: readonly (string | string)[];
          }
        | {
            kind: "change";
            seq: number;
            at: { clock: string; elapsed: number; wall: number };
            appeared: readonly {
              transport: "tcp" | "udp";
              address: string | string;
              port: number;
              ipv6Only?: boolean | undefined;
              process?: string | undefined;
              executable?: string | undefined;
              user?: string | undefined;
              unit?: string | undefined;
              container?: string | undefined;
              namespace?: number | undefined;
            }[];
            vanished: readonly {
              transport: "tcp" | "udp";
              address: string | string;
              port: number;
              ipv6Only?: boolean | undefined;
              process?: string | undefined;
              executable?: string | undefined;
              user?: string | undefined;
              unit?: string | undefined;
              container?: string | undefined;
              namespace?: number | undefined;
            }[];
          }
        | { kind: "seen"; seq: number; at: { clock: string; elapsed: number; wall: number } }
      )[];
    };
  };
}

/** What each operation answers when all is well; a stream is text here. */
export interface Answers {
  getStatus: StatusResult;
  getAt: AtResult;
  getExposure: ExposureResult;
  getDiff: DiffResult;
  getGaps: GapsResult;
  listFindings: FindingsResult;
  exportFindings: { text: string; blocks: readonly { type: string }[] };
  getFinding: FindingResult;
  getBaseline: BaselineResult;
  proposeBaseline: ProposalResult;
  approveBaseline: ApprovalResult;
  listSweeps: SweepsResult;
  runSweep: string;
  getSweep: SweepRecordResult;
  stopSweep: StopResult;
  listEntries: EntriesResult;
  getEntry: EntryResult;
  verifyEvidence: VerifyResult;
  signCheckpoint: CheckpointResult;
  getScope: ScopeResult;
  listScopes: ScopesResult;
  getScopeVersion: ScopeResult;
  getResolvedScope: ResolvedResult;
  streamEvents: string;
  getHealth: string;
  getReadiness: string;
  getMetrics: string;
  getDoctor: DoctorResult;
  makeBackup: string;
  listUsers: UsersResult;
  inviteUser: LinkResult;
  makeFirstAdminLink: LinkResult;
  setUserRoles: UserChangeResult;
  disableUser: UserChangeResult;
  enableUser: UserChangeResult;
  makePasswordLink: LinkResult;
  listKeys: KeysResult;
  makeKey: KeyMadeResult;
  revokeKey: KeyRevokedResult;
  listSessions: SessionsResult;
  revokeSession: SessionRevokedResult;
  listSensors: SensorsResult;
  inviteSensor: InvitationResult;
  revokeSensor: RevocationResult;
  importFile: ImportResult;
  enrolSensor: { schema: "portolan.sensor-enrolment/1"; sensor: number; name: string; at: string };
  sendReport: { schema: "portolan.sensor-report/1"; taken: number; at: string; wants?: "begin" | undefined };
}
