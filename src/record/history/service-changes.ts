import { createHash } from "node:crypto";
import type { Endpoint, Instant, JsonValue, ServiceIdentity } from "../../model/index.ts";

/**
 * An identity as entries state it, in JSON. Instead of the banner it rests on (`evidence`) it has `evidenceCommitment`,
 * so that evidence can be handed on without banners.
 */
export type StatedIdentity = { readonly [member: string]: JsonValue };

/** Bytes of salt. Banners have little entropy: without a salt, the commitment would confirm a guess. */
export const SALT_BYTES = 16;

/** Hex SHA-256 over the salt followed by the raw bytes of a banner, which is given in Base64. */
export function commitmentTo(banner: string, salt: Uint8Array): string {
  return createHash("sha256").update(salt).update(Buffer.from(banner, "base64")).digest("hex");
}

export function statedIdentity({ evidence, ...identity }: ServiceIdentity, salt: Uint8Array): StatedIdentity {
  const stated = { ...identity, evidenceCommitment: commitmentTo(evidence, salt) };
  // Without members that are undefined.
  return JSON.parse(JSON.stringify(stated)) as StatedIdentity;
}

/** One interval of an endpoint's service; its beginning identifies it. */
interface OneService {
  readonly endpoint: Endpoint;
  readonly since: Instant;
}

/** The changes that a sweep made in the recorded services of its vantage point. */
export interface ServiceChanges {
  /** Intervals that began. No identity: hellos were sent, and the service is not known. */
  readonly identified: readonly (OneService & { readonly identity?: StatedIdentity | undefined })[];
  /** The same service was identified again at `askedAt`. */
  readonly again: readonly Endpoint[];
  /** Hellos were sent again at `askedAt`, without a result that counts. */
  readonly unanswered: readonly Endpoint[];
  /** One time for all of a sweep: to the second, nobody needs to know when a service was still the same. */
  readonly askedAt?: Instant | undefined;
  /** Another service was identified, or the endpoint was no longer open. */
  readonly ended: readonly (OneService & { readonly until: Instant })[];
}

/** The recorded services of one vantage point after the clock was set back. */
export interface ServicesSetBack {
  readonly vantage: string;
  /** Began later than the step: no longer recorded. */
  readonly removed: readonly OneService[];
  /** Ended, or were last sent hellos, later than the step. */
  readonly corrected: readonly (OneService & {
    readonly until: Instant | undefined;
    readonly askedAt: Instant;
    readonly identifiedAt: Instant | undefined;
  })[];
}
