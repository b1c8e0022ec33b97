import { z } from "zod";
import { TRANSPORTS, type Instant } from "../../model/index.ts";
import { instant, resultOf } from "../fields.ts";

/**
 * The protocol between a sensor on another machine and the server (`/api/v1/sensor/…`), and the results about sensors.
 * A sensor's text is hostile until these schemas have checked that it is bounded and free of control characters.
 */

/** Part of the vantage point's name, in the record and on screens. */
export const SENSOR_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;
const sensorName = z.string().regex(SENSOR_NAME, "letters, digits, dots, dashes and underscores, at most 63");
const text = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .regex(/^\P{Cc}*$/u, "control characters are not allowed");
const count = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
/** Milliseconds of a monotonic clock; no machine is up for a thousand years. */
const elapsed = z.number().min(0).max(31_536_000_000_000);

/** A moment by the clocks of the sensor's machine. */
export const sensorMoment = z.strictObject({
  clock: text(64).describe("the boot that `elapsed` counts from: Linux's boot_id"),
  elapsed: elapsed.describe("milliseconds since that boot, by a clock that cannot be set"),
  wall: z.int().describe("milliseconds since 1970 by the machine's own clock, right or wrong"),
});

export const reportedListener = z.strictObject({
  transport: z.enum(TRANSPORTS),
  address: z.union([z.ipv4(), z.ipv6()]),
  port: z.int().min(1).max(65_535),
  ipv6Only: z.boolean().optional(),
  process: text(64).optional(),
  executable: text(256).optional(),
  user: text(64).optional(),
  unit: text(128).optional(),
  container: text(128).optional(),
  namespace: count.optional().describe("inode of the network namespace"),
});

/** Most listeners of one machine: a sensor's report is bounded like every other input. */
export const MOST_LISTENERS = 8_192;
const listing = {
  listeners: z.array(reportedListener).max(MOST_LISTENERS),
  addresses: z
    .array(z.union([z.ipv4(), z.ipv6()]))
    .max(256)
    .describe("addresses of the machine's interfaces"),
};
const record = { seq: z.int().min(1).max(Number.MAX_SAFE_INTEGER), at: sensorMoment };

export const SIGHT_LOST = ["started", "buffer-full", "blind", "suspended", "asked"] as const;

export const sensorRecord = z.discriminatedUnion("kind", [
  /** Observation begins. Nothing is known between the previous record and this one. */
  z.strictObject({ kind: z.literal("begin"), ...record, cause: z.enum(SIGHT_LOST), ...listing }),
  /** A full new snapshot, without a break since the previous record. */
  z.strictObject({ kind: z.literal("snapshot"), ...record, ...listing }),
  z.strictObject({
    kind: z.literal("change"),
    ...record,
    appeared: z.array(reportedListener).max(MOST_LISTENERS),
    vanished: z.array(reportedListener).max(MOST_LISTENERS),
  }),
  /** Observed without a break until now; nothing changed. */
  z.strictObject({ kind: z.literal("seen"), ...record }),
]);

export const enrolmentBody = z.strictObject({
  token: z.string().regex(/^[A-Za-z0-9_-]{43}$/, "is not an enrolment token"),
  publicKey: z
    .string()
    .regex(/^[A-Za-z0-9+/]{43}=$/, "is not an Ed25519 public key")
    .describe("32 bytes, base64"),
  host: text(253),
  platform: text(32),
  version: text(64),
});

export const enrolmentAnswer = z.object({
  schema: z.literal("portolan.sensor-enrolment/1"),
  sensor: z.int(),
  name: z.string(),
  at: instant.describe("the server's clock"),
});

export const reportBody = z.strictObject({
  journal: text(64).describe("the journal that the record numbers refer to"),
  run: count.describe("number of this start of the sensor"),
  exchange: count.describe("number of this request in the run"),
  now: sensorMoment.describe("when this was sent"),
  until: sensorMoment
    .optional()
    .describe("the sensor observed until then and has reported everything; absent: more records follow"),
  interval: z.int().min(1_000).max(3_600_000).describe("most milliseconds until the next report"),
  roundTrip: z.number().min(0).max(600_000).optional().describe("duration of the last exchange, in milliseconds"),
  version: text(64),
  host: text(253),
  records: z.array(sensorRecord).max(500),
});

export const reportAnswer = z.object({
  schema: z.literal("portolan.sensor-report/1"),
  taken: z.int().min(0).describe("the server has stored every record up to this number"),
  at: instant.describe("the server's clock"),
  wants: z.literal("begin").optional().describe("records in between are missing: begin again with a full snapshot"),
});

export const invitationBody = z.strictObject({
  name: sensorName,
  /** Milliseconds. */
  validFor: z
    .int()
    .min(60_000)
    .max(7 * 86_400_000),
  requestedBy: text(200),
});

export const revocationBody = z.strictObject({ reason: text(500), requestedBy: text(200) });
export const sensorParams = z.strictObject({ name: sensorName });

export const invitationResult = resultOf("sensor-invitation", {
  name: z.string(),
  token: z.string().describe("shown once; only its digest is stored"),
  expiresAt: instant,
});

const skew = z.object({
  milliseconds: z.number().describe("how far the sensor's clock is ahead of the server's"),
  uncertainty: z.number().min(0),
  measuredAt: instant,
});

export const sensorView = z.object({
  name: z.string(),
  id: z.int(),
  vantage: z.string().describe("the vantage point of its observations"),
  host: z.string().describe("host name that the machine reports"),
  platform: z.string(),
  version: z.string(),
  key: z.string().describe("SHA-256 of its public key, hex"),
  state: z.enum(["reporting", "silent", "never-reported", "revoked"]),
  enrolledAt: instant,
  revokedAt: instant.optional(),
  lastReportAt: instant.optional(),
  coveredUntil: instant.optional().describe("the sensor observed until then"),
  interval: z.string().optional(),
  listeners: z.int().min(0).describe("number of listeners in the last report"),
  skew: skew.optional(),
  gaps: z.int().min(0).describe("monitoring gaps recorded so far"),
  lastGap: z.object({ from: instant, to: instant, cause: z.string() }).optional(),
});

export const sensorsResult = resultOf("sensors", {
  sensors: z.array(sensorView),
  invitations: z.array(z.object({ name: z.string(), expiresAt: instant, requestedBy: z.string() })),
});

export const revocationResult = resultOf("sensor-revocation", {
  name: z.string(),
  revokedAt: instant,
});

export type SensorMoment = z.infer<typeof sensorMoment>;
export type ReportedListener = z.infer<typeof reportedListener>;
export type SensorRecord = z.infer<typeof sensorRecord>;
export type EnrolmentBody = z.infer<typeof enrolmentBody>;
export type EnrolmentAnswer = z.infer<typeof enrolmentAnswer>;
export type ReportBody = z.infer<typeof reportBody>;
export type ReportAnswer = z.infer<typeof reportAnswer>;
export type InvitationResult = z.infer<typeof invitationResult>;
export type RevocationResult = z.infer<typeof revocationResult>;
export type SensorView = z.infer<typeof sensorView>;
export type SensorsResult = z.infer<typeof sensorsResult>;

/** The parts of a request that its signature covers, exactly as received. */
export interface SignedRequest {
  readonly method: string;
  readonly path: string;
  readonly contentDigest: string | undefined;
  readonly signatureInput: string | undefined;
  readonly signature: string | undefined;
}

/**
 * The operations behind the sensor routes. User roles and API tokens play no part: the server trusts a report because
 * of its signature alone.
 */
export interface SensorGateway {
  /** The sensor that signed the request; an `unauthorized` or `forbidden` fault otherwise. The body is not checked. */
  admit(request: SignedRequest): Promise<number>;
  /** The request must be signed with the key that it contains. */
  enrol(body: EnrolmentBody, request: SignedRequest): Promise<EnrolmentAnswer>;
  /** `receivedAt` is when the server had read the report; absent: now. */
  report(sensor: number, body: ReportBody, receivedAt?: Instant): Promise<ReportAnswer>;
}
