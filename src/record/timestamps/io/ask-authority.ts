import type { X509Certificate } from "node:crypto";
import type { Egress } from "../../../platform/egress/index.ts";
import { checkTimestamp, type Timestamp } from "../response.ts";
import { imprintOf, timestampRequest } from "../request.ts";

/** A timestamping authority, as it is configured. */
export interface Authority {
  readonly url: string;
  /** The certificates of the authorities that it has to be certified by. */
  readonly certificates: readonly X509Certificate[];
  /** The policy that it has to follow, an object identifier; absent: any. */
  readonly policy?: string | undefined;
}

export type Timestamping =
  | { readonly outcome: "stamped"; readonly response: Uint8Array; readonly timestamp: Timestamp }
  /** The authority is away, or it answered with something that must not be trusted. */
  | { readonly outcome: "later"; readonly problem: string };

/** A response has some kilobytes; a long chain of certificates is the most of it. */
const MAX_BYTES = 256 * 1024;

/** Requests a timestamp of a checkpoint's note over HTTP (RFC 3161, section 3.4), and checks the response. */
export async function askAuthority(asking: {
  readonly egress: Egress;
  readonly authority: Authority;
  readonly note: string;
  /** 16 random bytes. */
  readonly nonce: Uint8Array;
  readonly signal?: AbortSignal | undefined;
}): Promise<Timestamping> {
  const { egress, note, nonce, signal } = asking;
  const { url, policy, certificates } = asking.authority;
  const imprint = imprintOf(note);
  const reply = await egress.fetch(url, {
    method: "POST",
    headers: { "content-type": "application/timestamp-query", accept: "application/timestamp-reply" },
    body: timestampRequest({ imprint, nonce, policy }),
    maxBytes: MAX_BYTES,
    signal,
  });
  if (reply.outcome !== "answered") return { outcome: "later", problem: reply.problem };
  if (reply.status !== 200) return { outcome: "later", problem: `it answered with status ${reply.status}` };
  const check = checkTimestamp(reply.body, { imprint, nonce, policy, authorities: certificates });
  if (check.outcome === "refused") return { outcome: "later", problem: `its answer is not accepted: ${check.problem}` };
  return { outcome: "stamped", response: reply.body, timestamp: check.timestamp };
}
