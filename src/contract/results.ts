import { z } from "zod";
import {
  CONFIDENCES,
  DEVIATION_KINDS,
  ENDPOINT_STATES,
  FINDING_STATUSES,
  SWEEP_KINDS,
  TLS_VERSIONS,
  TRANSPORTS,
  VANTAGE_KINDS,
} from "../model/index.ts";

/**
 * What every command prints with `--json` and every route answers: one zod schema a result, named and versioned in
 * its `schema` field (`portolan.<name>/1`). A version only gains optional fields; anything else makes version 2.
 * `generated/json/*.schema.json` is generated from these (`npm run schemas`).
 */

export const instant = z.iso.datetime().describe("RFC 3339, UTC");
const transport = z.enum(TRANSPORTS);
const port = z.int().min(1).max(65535);
const observedState = z.enum(["open", "closed", "filtered", "no-response", "unreachable"]);
const stateAt = z.enum(["open", "closed", "filtered", "no-response", "unreachable", "unknown"]);
const countsAt = z.record(stateAt, z.int().min(0)).describe("endpoints per state; every state is present");

/** An asset may be called like undeclared hosts are. */
const declared = z
  .literal(true)
  .optional()
  .describe("a declared asset, though its name reads like the undeclared hosts of a target; absent with other names");

const subject = z.object({
  asset: z.string().optional(),
  target: z.string().optional(),
  sensor: z.string().optional().describe("host sensor that was silent"),
  address: z.string().optional(),
  name: z.string().optional().describe("declared name that leads to an address which nothing declares"),
  transport: transport.optional(),
  port: port.optional(),
  ports: z
    .tuple([port, port])
    .readonly()
    .optional()
    .describe("first and last of the ports, where a host that answers for every port is one finding"),
  owner: z.string().optional(),
});

export const findingSchema = z.object({
  id: z.int(),
  fingerprint: z.string(),
  kind: z.enum(DEVIATION_KINDS),
  vantage: z.string(),
  subject,
  summary: z.string(),
  status: z.enum(FINDING_STATUSES),
  openedAt: instant,
  lastSeenAt: instant,
  resolvedAt: instant.optional(),
  resolution: z.string().optional(),
  gap: z.object({ from: instant.optional(), to: instant.optional() }).optional(),
});

const listener = z.object({
  process: z.string().optional().describe("listening process, where this machine can tell"),
  pid: z.int().optional(),
  user: z.string().optional().describe("owner of the socket"),
  executable: z.string().optional().describe("path, as the process sees it"),
  unit: z.string().optional().describe("of systemd"),
  container: z.string().optional().describe("first twelve digits of its number, or its name"),
  bind: z
    .enum(["any", "loopback", "private", "specific"])
    .optional()
    .describe("what the socket is bound to: any address, or one that is reachable from there"),
});

const certificate = z.object({
  subject: z.string(),
  issuer: z.string(),
  names: z.array(z.string()),
  notBefore: instant,
  notAfter: instant,
  keyType: z.string(),
  keyBits: z.int().optional(),
  selfSigned: z.boolean(),
  sha256: z.string().describe("hex, of the DER form"),
});

const identified = z
  .object({
    service: z.string().describe("protocol that answers, e.g. http, ssh, postgresql"),
    product: z.string().optional(),
    version: z.string().optional(),
    confidence: z.enum(CONFIDENCES),
    distribution: z.string().optional().describe("packages it: its fixes do not show in the version"),
    access: z.enum(["anonymous", "authenticated"]).optional().describe("anonymous: it asks nobody for a password"),
    evidence: z.string().describe("base64, first bytes of the reply that this rests on"),
    tls: z
      .object({
        versions: z.array(z.enum(TLS_VERSIONS)).describe("accepted, each tried by itself"),
        undecided: z.array(z.enum(TLS_VERSIONS)).describe("neither accepted nor refused"),
        suites: z.array(z.object({ version: z.enum(TLS_VERSIONS), suite: z.string() })),
        weakSuites: z.array(z.string()),
        alpn: z.string().optional(),
        certificates: z.array(certificate).describe("leaf first; not verified"),
      })
      .optional(),
  })
  .describe(
    "what answers, as it said itself; absent: not known. Text from outside, bounded, control characters escaped",
  );

const openEndpoint = z.object({
  identified: identified.optional(),
  address: z.string(),
  transport,
  port,
  since: instant.describe("first seen open, without a contrary observation since"),
  lastLookedAt: instant,
});

const checkpoint = z.object({
  size: z.int().min(0),
  rootHash: z.string().describe("base64"),
  signedAt: instant.optional(),
});

const recall = z
  .object({
    canaries: z.int().min(1).describe("endpoints certainly open"),
    found: z.int().min(0).describe("of them seen open at the first look"),
    low: z.number().min(0).max(1),
    high: z.number().min(0).max(1),
  })
  .describe("share of what was open that the first look saw; between low and high with 95 % confidence");

export const sweepSummary = z.object({
  id: z.int(),
  kind: z.enum(SWEEP_KINDS),
  vantage: z.string(),
  engine: z.string(),
  planned: z.int(),
  startedAt: instant,
  endedAt: instant.optional(),
  verdict: z.enum(["complete", "partial", "untrusted"]).optional(),
  reason: z.string().optional(),
  counts: z.record(z.enum(ENDPOINT_STATES), z.int().min(0)).optional(),
  recall: recall.optional().describe("absent: not measured, as nothing was known to be open there"),
  engineReport: z
    .object({
      engine: z.string().describe("the one that finished it"),
      sent: z.int().min(0).describe("tries that went out, the second look's included"),
      retried: z.int().min(0).describe("of these, tries after an endpoint's first"),
      dropped: z.int().min(0).describe("answers that this machine itself lost; the endpoints were tried again"),
      errors: z.record(z.string(), z.int().min(0)).describe("local failures by error code"),
      loss: z.number().min(0).max(1).describe("share of tries lost on the way, there or back"),
      roundTrip: z.number().min(0).optional().describe("smoothed, in milliseconds"),
      doubtful: z
        .object({
          hosts: z.int().min(0),
          endpoints: z.int().min(0),
          first: z
            .array(z.object({ address: z.string(), silent: z.int().min(0), why: z.enum(["limits-refusals", "loss"]) }))
            .readonly(),
        })
        .describe("answering hosts whose silent endpoints may be closed ones, and so are not called filtered"),
    })
    .optional()
    .describe("what the engine says of the sweep; after a crash, of what was done since"),
});

export const sweepResult = z.object({
  schema: z.literal("portolan.sweep/1"),
  sweep: sweepSummary,
  engineNote: z.string().optional().describe("why no faster engine looked, and what would let it"),
  seed: z.string(),
  planDigest: z.string(),
  scopeVersion: z.int(),
  baselineVersion: z
    .int()
    .optional()
    .describe("absent: no port baseline is approved, so nothing could be unauthorized"),
  targets: z.array(z.string()).describe("addresses and ranges that were planned"),
  ports: z.string(),
  open: z.array(
    z.object({
      asset: z.string().optional(),
      address: z.string(),
      transport,
      port,
      service: z.string().optional().describe("name registered for the port; not what really answers"),
      identified: identified.optional(),
      ...listener.shape,
    }),
  ),
  silent: z.array(z.object({ asset: z.string().optional(), address: z.string(), state: observedState })),
  limited: z
    .array(
      z.object({
        asset: z.string().optional(),
        address: z.string(),
        unresolved: z.int().describe("endpoints that are no-response, and perhaps only were not refused"),
        perSecond: z.number().describe("refusals that came in a second"),
      }),
    )
    .optional()
    .describe("hosts that refuse closed UDP ports too seldom to be asked for all; absent when there are none"),
  runs: z
    .array(z.object({ from: instant, to: instant }))
    .describe("when it looked: several when a crash came between and the sweep was gone on with"),
  confirmed: z.int().describe("endpoints probed a second time"),
  findings: z.array(findingSchema).describe("open findings on what this sweep covered, after it"),
  resolved: z.array(findingSchema).describe("findings that this sweep resolved"),
});

export const importResult = z.object({
  schema: z.literal("portolan.import/1"),
  sweep: sweepSummary.describe("as recorded; `planned` is what the file shows looked at"),
  scopeVersion: z.int(),
  file: z.object({
    name: z.string().describe("as it was called when it was imported"),
    sha256: z.string().describe("hex, of the file as it was read"),
    bytes: z.int().min(0),
    scanner: z.enum(["nmap", "masscan", "naabu"]),
    version: z.string().optional(),
    commandLine: z.string().optional().describe("as the file says it; bounded, control characters escaped"),
  }),
  claim: z
    .object({ ports: z.string(), targets: z.string().optional() })
    .optional()
    .describe("what the person who imported it says was scanned; absent: nothing but what the file says"),
  addresses: z.int().min(0).describe("addresses that something is covered on"),
  ports: z.string().describe("ports that are covered on some address"),
  open: z.array(z.object({ asset: z.string().optional(), address: z.string(), transport, port })),
  opened: z.int().min(0).describe("endpoints that the record holds open now and did not before"),
  closed: z.int().min(0).describe("endpoints that were open in the record and are something else now"),
  ignoredOutOfOrder: z.int().min(0).describe("contradicts the record, and is not later than what it says"),
  leftOut: z.object({
    outsideScope: z.int().min(0).describe("addresses of the file that are not inside the scope: not recorded"),
    hostsDown: z.int().min(0).describe("hosts that were down or given up: nothing is known of their ports"),
    notCovered: z.int().min(0).describe("endpoints that the file leaves without a definite state: not recorded"),
    unreadable: z.int().min(0).describe("records that are no observation of an IP endpoint at a time"),
  }),
});

export const statusResult = z.object({
  schema: z.literal("portolan.status/1"),
  at: instant,
  scope: z.object({
    name: z.string(),
    version: z.int(),
    digest: z.string(),
    assets: z.int(),
    targets: z.int(),
    vantage: z.string(),
    problem: z.string().optional().describe("why portolan.yaml as it is now is not in force, but the recorded version"),
  }),
  baseline: z
    .object({ version: z.int(), approvedBy: z.string(), approvedAt: instant, authorizedPorts: z.int() })
    .optional(),
  targets: z.array(
    z.object({
      name: z.string(),
      systemType: z.string(),
      cadence: z.string(),
      lastSweep: sweepSummary.optional(),
      nextDue: instant.optional(),
      overdue: z.boolean(),
    }),
  ),
  coverage: z
    .object({
      endpoints: z.int(),
      known: z.int().describe("open, closed or filtered"),
      silent: z.int().describe("looked at, and nothing answered: nothing is known of it"),
      unknown: z.int().describe("nobody looked in time"),
    })
    .describe("endpoints that the scope asks for, as of now; the last three add up to the first"),
  open: z.int(),
  findings: z.object({ open: z.int(), byKind: z.record(z.string(), z.int()) }),
  running: z.array(sweepSummary),
  log: checkpoint.describe("head of the evidence log"),
  server: z.object({ url: z.string(), pid: z.int(), startedAt: instant }).optional(),
  vantagePoints: z
    .array(
      z.object({
        name: z.string(),
        kind: z.enum(VANTAGE_KINDS),
        own: z.boolean().describe("whether the installation itself looks from there"),
        targets: z.int(),
        lastWorked: instant.optional().describe("end of its last sweep; absent: nobody ever looked from there"),
        overdue: z.array(z.string()).describe("targets whose window was missed"),
        workers: z.array(
          z.object({
            id: z.int(),
            kind: z.enum(["installation", "worker"]),
            machine: z.string(),
            pid: z.int(),
            joinedAt: instant,
            seenAt: instant,
            skew: z.int().describe("milliseconds that the clock of its machine is ahead of the record's"),
          }),
        ),
      }),
    )
    .optional(),
  store: z.enum(["embedded", "postgresql"]),
});

export const exposureResult = z.object({
  schema: z.literal("portolan.exposure/1"),
  at: instant,
  vantagePoints: z.array(
    z.object({
      name: z.string(),
      kind: z.enum(VANTAGE_KINDS),
      own: z.boolean().describe("whether the installation itself looks from there"),
    }),
  ),
  endpoints: z.array(
    z.object({
      asset: z.string().optional(),
      declared,
      address: z.string(),
      transport,
      port,
      host: z
        .object({
          says: z.enum(["listening", "not-listening", "unknown"]).describe("unknown: nobody on the machine could tell"),
          listeners: z
            .array(
              z.object({
                address: z.string(),
                bind: z.enum(["any", "loopback", "private", "specific"]),
                process: z.string().optional(),
              }),
            )
            .optional(),
        })
        .describe("what the machine of the endpoint says itself"),
      seen: z.array(
        z.object({
          vantage: z.string(),
          kind: z.enum(VANTAGE_KINDS),
          state: stateAt.describe("unknown: it did not look in time, or does not look there"),
          lookedAt: instant.optional(),
          allowed: z.boolean().optional().describe("whether the port baseline allows it to be open from there"),
        }),
      ),
      openFrom: z.array(z.string()),
      wrongFrom: z.array(z.string()).describe("open from there, and not allowed"),
      unknownFrom: z.array(z.string()),
      summary: z.string(),
    }),
  ),
  omitted: z.int().min(0).describe("endpoints beyond the listed ones"),
});

export const atResult = z.object({
  schema: z.literal("portolan.at/1"),
  at: instant,
  vantage: z.string(),
  scopeVersion: z.int().optional().describe("in force then; absent: no scope had been recorded"),
  assets: z.array(
    z.object({
      asset: z.string(),
      declared,
      addresses: z.array(z.string()),
      answer: z
        .enum(["known", "partly-known", "silent", "unknown"])
        .describe("silent: it was looked at and nothing answered, so nothing is known of its ports"),
      lastLookedAt: instant.optional(),
      staleness: z.string(),
      open: z.array(openEndpoint),
      counts: countsAt,
      unknownPorts: z
        .string()
        .describe("ports nobody looked at in time on some address; empty when everything is known"),
      note: z.string().optional().describe("why it is unknown, or that the host was silent"),
    }),
  ),
  counts: countsAt,
});

export const diffResult = z.object({
  schema: z.literal("portolan.diff/1"),
  from: instant,
  to: instant,
  vantage: z.string(),
  changes: z.array(
    z.object({
      asset: z.string().optional(),
      declared,
      address: z.string(),
      transport,
      port,
      before: observedState,
      after: observedState,
    }),
  ),
  otherChanges: z
    .array(
      z.object({
        asset: z.string().optional(),
        declared,
        addresses: z.string().describe("an address or a range"),
        transport,
        ports: z.string(),
        before: observedState,
        after: observedState,
        endpoints: z.int(),
      }),
    )
    .describe("from one state that is not open to another, e.g. a host that fell silent"),
  compared: z.int().describe("endpoints looked at in time at both instants"),
  notCompared: z.int().describe("endpoints looked at in time at one of the two instants only"),
});

export const gapsResult = z.object({
  schema: z.literal("portolan.gaps/1"),
  from: instant,
  to: instant,
  vantage: z.string(),
  assets: z.array(
    z.object({
      asset: z.string(),
      declared,
      covered: z.number().min(0).max(1).describe("share of the period in which every required endpoint was known"),
      gaps: z.array(z.object({ from: instant, to: instant, cause: z.string().optional() })),
    }),
  ),
});

const authorizedPort = z.object({
  selector: z.object({
    asset: z.string().optional(),
    tag: z.string().optional(),
    systemType: z.string().optional(),
    cidr: z.string().optional(),
  }),
  transport,
  ports: z.string(),
  service: z.string().optional(),
  owner: z.string(),
  justification: z.string(),
  controls: z.array(z.string()),
  presence: z.enum(["expected", "optional"]),
  exposure: z.array(z.string()).optional(),
  expires: instant.optional(),
});

export const baselineResult = z.object({
  schema: z.literal("portolan.baseline/1"),
  version: z.int(),
  digest: z.string(),
  approvedBy: z.string(),
  approvedAt: instant,
  authorizedPorts: z.array(authorizedPort),
  document: z.string().describe("the YAML that was approved"),
});

export const proposalResult = z.object({
  schema: z.literal("portolan.baseline-proposal/1"),
  document: z.string().describe("YAML to complete and approve"),
  proposed: z.int().describe("ports added by this proposal: open now and not authorized"),
  kept: z.int().describe("ports already authorized"),
});

export const approvalResult = z.object({
  schema: z.literal("portolan.baseline-approval/1"),
  version: z.int(),
  digest: z.string(),
  approvedBy: z.string(),
  approvedAt: instant,
  authorizedPorts: z.int(),
  resolved: z.array(findingSchema).describe("findings that this approval answers"),
});

export const verifyResult = z.object({
  schema: z.literal("portolan.evidence-verify/1"),
  ok: z.boolean(),
  entries: z.int(),
  checkpoints: z.int(),
  rootHash: z.string().describe("base64"),
  keys: z.array(z.string()),
  problems: z.array(z.object({ entry: z.int().optional(), checkpoint: z.int().optional(), problem: z.string() })),
});

export const checkpointResult = z.object({
  schema: z.literal("portolan.evidence-checkpoint/1"),
  size: z.int(),
  note: z.string(),
});

export const doctorResult = z.object({
  schema: z.literal("portolan.doctor/1"),
  checks: z.array(
    z.object({
      name: z.string(),
      verdict: z.enum(["ok", "limited", "broken"]),
      detail: z.string(),
      fix: z.string().optional(),
    }),
  ),
});

export type FindingView = z.infer<typeof findingSchema>;
export type ListenerView = z.infer<typeof listener>;
/** A listener of this machine, and where it listens. */
export type ListeningView = ListenerView & { transport: z.infer<typeof transport>; address: string; port: number };
export type IdentifiedView = z.infer<typeof identified>;
export type SweepSummary = z.infer<typeof sweepSummary>;
export type SweepResult = z.infer<typeof sweepResult>;
export type ImportResult = z.infer<typeof importResult>;
export type StatusResult = z.infer<typeof statusResult>;
export type ExposureResult = z.infer<typeof exposureResult>;
export type AtResult = z.infer<typeof atResult>;
export type DiffResult = z.infer<typeof diffResult>;
export type GapsResult = z.infer<typeof gapsResult>;
export type BaselineResult = z.infer<typeof baselineResult>;
export type ProposalResult = z.infer<typeof proposalResult>;
export type ApprovalResult = z.infer<typeof approvalResult>;
export type VerifyResult = z.infer<typeof verifyResult>;
export type CheckpointResult = z.infer<typeof checkpointResult>;
export type DoctorResult = z.infer<typeof doctorResult>;
