import { z } from "zod";
import { VANTAGE_KINDS } from "../model/index.ts";
import { defineOperation } from "./define-operation.ts";
import { hostsAt, instant, resultOf, unsignedLooks } from "./fields.ts";
import { sweep } from "./sweeps/examples.ts";
import { sweepSummary } from "./sweeps/schemas.ts";

const attested = z
  .object({
    witnesses: z
      .array(
        z.object({
          name: z.string(),
          size: z.int().min(0).describe("entries under the largest checkpoint that it cosigned; 0: none"),
          at: instant.optional().describe("by its own clock; absent: it cosigned none"),
        }),
      )
      .describe("the witnesses of the configured policy, and others with a stored cosignature"),
    timestamped: z
      .object({ size: z.int().min(0), at: instant })
      .optional()
      .describe("the largest checkpoint with a timestamp, and its time by the clock of the authority"),
    untimedSince: instant
      .optional()
      .describe("entries of this time and later have waited for a timestamp for more than two hours"),
  })
  .describe("what others attested about the checkpoints; it is verified by `evidence verify`");

const checkpoint = z.object({
  size: z.int().min(0),
  rootHash: z.string().describe("base64"),
  signed: z.int().min(0).optional().describe("entries that the latest checkpoint covers; absent: there is none"),
  signedAt: instant
    .optional()
    .describe(
      "the time that the last entry under the latest checkpoint states: a checkpoint has no time of its own, and only the entry's is signed",
    ),
  attested: attested.optional(),
});

const seconds = z.int().min(0);

const rollingSample = z
  .object({
    hosts: z.int().describe("hosts that answer; this machine is left out, as it reports its own listeners"),
    mostUsed: z
      .object({ ports: z.int(), every: seconds, mean: seconds, atMost: seconds, kept: z.boolean() })
      .describe("the most used TCP ports: how often they are scanned, and when an open one is found"),
    targets: z
      .array(
        z.object({
          name: z.string(),
          hosts: z.int(),
          pass: seconds.describe("how long a pass over all TCP ports takes"),
          mean: seconds,
          atMost: seconds,
          kept: z.boolean().describe("false: the rate leaves too little for one pass per cadence"),
        }),
      )
      .describe("any other TCP port: when an open one is found, by the pass or by a full sweep; in seconds"),
    latest: instant.optional().describe("when the latest slice began; absent: none was scanned yet"),
    late: z.boolean().describe("true: no slice began within the time stated, so the delays are not kept now"),
  })
  .describe("the rolling sample between full sweeps, and how long a new open port takes to be found, in seconds");

const cadenceFit = z
  .object({
    needed: z.number().describe("probes per second that the full sweeps need on average"),
    rate: z.int().describe("the rate at which they would fit"),
    perHostRate: z.int(),
    cadences: z.array(z.object({ name: z.string(), cadence: z.string() })).describe("cadences that would fit"),
    notice: z.string().describe("the same in words"),
  })
  .describe("present only if the full sweeps cannot fit their cadences at the limits of the scope");

export const statusResult = resultOf("status", {
  at: instant,
  synthetic: z
    .literal(true)
    .optional()
    .describe("a simulated network answered everything in the record, and no packet is ever sent from it"),
  boundSince: instant
    .optional()
    .describe(
      "answers about earlier instants rest on rows as they stood then. Absent: bound from the beginning, or not yet",
    ),
  scope: z.object({
    name: z.string(),
    version: z.int(),
    digest: z.string(),
    assets: z.int(),
    targets: z.int(),
    vantage: z.string(),
    problem: z
      .string()
      .optional()
      .describe("why the recorded version is in force and the current portolan.yaml is not"),
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
      silent: z.int().describe("scanned without an answer: the state is not known"),
      unknown: z.int().describe("nobody looked in time"),
      hosts: hostsAt,
    })
    .describe("endpoints that the scope requires now; `known`, `silent` and `unknown` add up to `endpoints`"),
  open: z.int(),
  findings: z.object({ open: z.int(), byKind: z.record(z.string(), z.int()) }),
  running: z.array(sweepSummary),
  aheadUntil: instant
    .optional()
    .describe("the record has entries until then, which the clock has not reached: nothing more is recorded before"),
  contradicted: z
    .array(
      z.object({
        table: z.string(),
        row: z.string(),
        entry: z.int().min(0).optional().describe("the entry that states the row; absent: none does"),
        problem: z.string(),
      }),
    )
    .optional()
    .describe("the scope or the port baseline in force is not as it was signed: nothing is decided on it"),
  unfit: cadenceFit.optional(),
  log: checkpoint.extend({ unsignedLooks }).describe("head of the evidence log"),
  held: z
    .object({ verdict: z.string(), problem: z.string(), next: z.string() })
    .optional()
    .describe("why nothing is recorded: a checkpoint that was published contradicts the log. Absent: none does"),
  publication: z
    .array(
      z.object({
        destination: z.string().describe("its kind and place"),
        size: z.int().min(0).optional().describe("the largest checkpoint it has; absent: none yet"),
        sentAt: instant.optional(),
        waiting: z.int().min(0).describe("checkpoints that are larger"),
        failing: z
          .object({ since: instant, problem: z.string(), nextAt: instant.describe("when it is tried again") })
          .optional(),
      }),
    )
    .optional()
    .describe("where checkpoints are published; absent: nowhere"),
  server: z.object({ url: z.string(), pid: z.int(), startedAt: instant }).optional(),
  vantagePoints: z
    .array(
      z.object({
        name: z.string(),
        kind: z.enum(VANTAGE_KINDS),
        own: z.boolean().describe("whether the installation itself scans from there"),
        targets: z.int(),
        lastWorked: instant.optional().describe("end of its last sweep; absent: no sweep was ever made from there"),
        overdue: z.array(z.string()).describe("targets that were not swept within their window"),
        sample: rollingSample.optional().describe("absent: no host to sample"),
        workers: z.array(
          z.object({
            id: z.int(),
            kind: z.enum(["installation", "worker"]),
            machine: z.string(),
            pid: z.int(),
            joinedAt: instant,
            seenAt: instant,
            skew: z.int().describe("milliseconds by which its machine's clock is ahead of the record's"),
          }),
        ),
      }),
    )
    .optional(),
  store: z.enum(["embedded", "postgresql"]),
});

export type StatusResult = z.infer<typeof statusResult>;

export const statusExample: StatusResult = {
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
  coverage: {
    endpoints: 262_140,
    known: 131_070,
    silent: 65_535,
    unknown: 65_535,
    hosts: { answered: 2, silent: 1, unknown: 1, silentEndpoints: 65_535 },
  },
  open: 4,
  findings: { open: 2, byKind: { "unauthorized-open": 1, "coverage-gap": 1 } },
  running: [],
  log: {
    size: 1203,
    rootHash: "q83vq83vq83vq83vq83vq83vq83vq83vq83vq83vq80=",
    signed: 1203,
    signedAt: "2026-03-14T08:00:00.000Z",
    attested: {
      witnesses: [{ name: "w1", size: 1203, at: "2026-03-14T08:00:04.000Z" }],
      timestamped: { size: 1203, at: "2026-03-14T08:00:02.000Z" },
    },
  },
  store: "embedded",
};

export const statusOperations = {
  get: defineOperation({
    id: "getStatus",
    method: "GET",
    path: "/api/v1/status",
    tag: "record",
    summary: "Show scope, coverage, open findings and log head",
    permission: "record:read",
    result: statusResult,
    example: { answer: statusExample },
  }),
};
