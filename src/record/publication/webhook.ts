import { createHmac } from "node:crypto";
import type { Published } from "./destination.ts";
import { logFolder } from "./note-name.ts";

/**
 * The message of Standard Webhooks for one checkpoint: identifier and body are the same at every attempt, so a receiver
 * recognizes a repetition.
 */
export function webhookMessage({ origin, size, generation, note }: Published): {
  readonly id: string;
  readonly body: string;
} {
  return {
    id: `checkpoint.${logFolder(origin)}.${generation}.${size}`,
    body: JSON.stringify({ type: "evidence.checkpoint", data: { origin, generation, size, note } }),
  };
}

/** The bytes of a signing secret: base64 after `whsec_`, as in the specification, or any other text as it is. */
function secretBytes(secret: string): Uint8Array {
  return secret.startsWith("whsec_") ? Buffer.from(secret.slice("whsec_".length), "base64") : Buffer.from(secret);
}

/** Headers of a message (Standard Webhooks 1.0, symmetric signature): `v1,` and HMAC-SHA-256 over `id.timestamp.body`. */
export function webhookHeaders(
  { id, body }: { readonly id: string; readonly body: string },
  secret: string,
  now: number,
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(now / 1_000));
  const signature = createHmac("sha256", secretBytes(secret)).update(`${id}.${timestamp}.${body}`).digest("base64");
  return {
    "content-type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": `v1,${signature}`,
  };
}
