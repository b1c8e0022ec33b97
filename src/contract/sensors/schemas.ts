import { z } from "zod";
import { TRANSPORTS, type Instant } from "../../model/index.ts";
import { instant, resultOf } from "../fields.ts";

/**
 * What a sensor on another machine and the server say to each other (`/api/v1/sensor/…`), and what people ask about
 * sensors. Every text of a sensor is hostile until it was held against this: bounded, and without control characters.
 */

/** In the record and on screens, as a part of the vantage point's name. */
export const SENSOR_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;
const sensorName = z.string().regex(SENSOR_NAME, "letters, digits, dots, dashes and underscores, at most 63");
const text = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .regex(/^\P{Cc}*$/u, "control characters are not allowed");
const count = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
/** Milliseconds of a clock that nobody sets; a thousand years of it are no uptime. */
const elapsed = z.number().min(0).max(31_536_000_000_000);

/** A moment as the sensor's machine tells it. */
export const sensorMoment = z.strictObject({
  clock: text(64).describe("which run of the machine `elapsed` counts in: Linux's boot_id"),
  elapsed: elapsed.describe("milliseconds since then, by a clock that cannot be set"),
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

/** Listeners of one machine, at most: an answer of a sensor is bounded like everything else. */
export const MOST_LISTENERS = 8_192;
const listing = {
  listeners: z.array(reportedListener).max(MOST_LISTENERS),
  addresses: z
    .array(z.union([z.ipv4(), z.ipv6()]))
    .max(256)
    .describe("of the machine's interfaces"),
};
const record = { seq: z.int().min(1).max(Number.MAX_SAFE_INTEGER), at: sensorMoment };

export const SIGHT_LOST = ["started", "buffer-full", "blind", "suspended", "asked"] as const;

export const sensorRecord = z.discriminatedUnion("kind", [
  /** Sight begins: nothing is known between what was last seen and this. */
  z.strictObject({ kind: z.literal("begin"), ...record, cause: z.enum(SIGHT_LOST), ...listing }),
  /** Everything, looked at anew, with no break since the record before. */
  z.strictObject({ kind: z.literal("snapshot"), ...record, ...listing }),
  z.strictObject({
    kind: z.literal("change"),
    ...record,
    appeared: z.array(reportedListener).max(MOST_LISTENERS),
    vanished: z.array(reportedListener).max(MOST_LISTENERS),
  }),
  /** It looked all the time until now, and nothing else happened. */
  z.strictObject({ kind: z.literal("seen"), ...record }),
]);

export const enrolmentBody = z.strictObject({
  token: z.string().regex(/^[A-Za-z0-9_-]{43}$/, "is no enrolment token"),
  publicKey: z
    .string()
    .regex(/^[A-Za-z0-9+/]{43}=$/, "is no Ed25519 public key")
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
  journal: text(64).describe("the numbers of the records count in it"),
  run: count.describe("counts the starts of the sensor"),
  exchange: count.describe("counts the requests of this run"),
  now: sensorMoment.describe("when this was sent"),
  until: sensorMoment.optional().describe("it looked until then and nothing is left to be told; absent: more follows"),
  interval: z.int().min(1_000).max(3_600_000).describe("milliseconds until the next report at the latest"),
  roundTrip: z.number().min(0).max(600_000).optional().describe("milliseconds that the last exchange took"),
  version: text(64),
  host: text(253),
  records: z.array(sensorRecord).max(500),
});

export const reportAnswer = z.object({
  schema: z.literal("portolan.sensor-report/1"),
  taken: z.int().min(0).describe("every record up to this number is in the server's record"),
  at: instant.describe("the server's clock"),
  wants: z.literal("begin").optional().describe("records between are missing: tell everything anew"),
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
  token: z.string().describe("shown once; the record keeps its digest"),
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
  vantage: z.string().describe("the vantage point that its listeners are seen from"),
  host: z.string().describe("as the machine calls itself"),
  platform: z.string(),
  version: z.string(),
  key: z.string().describe("SHA-256 of its public key, hex"),
  state: z.enum(["reporting", "silent", "never-reported", "revoked"]),
  enrolledAt: instant,
  revokedAt: instant.optional(),
  lastReportAt: instant.optional(),
  coveredUntil: instant.optional().describe("it looked until then"),
  interval: z.string().optional(),
  listeners: z.int().min(0).describe("as last told"),
  skew: skew.optional(),
  gaps: z.int().min(0).describe("times that it could not see, recorded so far"),
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

/** A request's parts that its signature covers, as they came over the wire. */
export interface SignedRequest {
  readonly method: string;
  readonly path: string;
  readonly contentDigest: string | undefined;
  readonly signatureInput: string | undefined;
  readonly signature: string | undefined;
}

/**
 * What the server asks of the application for sensors. No user's role and no token of the API plays a part in it: a
 * report is believed for its signature alone.
 */
export interface SensorGateway {
  /** The sensor that signed it; an `unauthorized` or `forbidden` fault otherwise. The body is not looked at. */
  admit(request: SignedRequest): Promise<number>;
  /** The request has to be signed with the key that it brings. */
  enrol(body: EnrolmentBody, request: SignedRequest): Promise<EnrolmentAnswer>;
  /** `receivedAt`: when the server had read it; absent: now. */
  report(sensor: number, body: ReportBody, receivedAt?: Instant): Promise<ReportAnswer>;
}
