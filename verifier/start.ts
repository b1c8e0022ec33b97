import type { EntryBody } from "./entry.ts";
import { fromBase64 } from "./bytes.ts";
import { isKeyName, verifierKey } from "./note.ts";
import type { VerifierKey } from "./note.ts";

/** The statement of entry 0: the name of the log, and the key that signs its checkpoints. */
export interface LogStart {
  readonly origin: string;
  readonly key: VerifierKey;
}

export type StartCheck =
  { readonly outcome: "read"; readonly start: LogStart } | { readonly outcome: "refused"; readonly problem: string };

/** Reads the `log-created` entry: `{ keyId, origin, publicKey }`, the key in base64. Only entry 0 can be one. */
export function readLogStart(body: EntryBody): StartCheck {
  const refused = (problem: string): StartCheck => ({ outcome: "refused", problem });
  if (body.type !== "log-created")
    return refused("Entry 0 does not create the log (log-created): the beginning was replaced.");
  if (body.index !== 0) return refused(`Entry ${body.index} claims to create the log; only entry 0 can.`);
  const { keyId, origin, publicKey } = body.data;
  if (typeof origin !== "string" || !isKeyName(origin))
    return refused("Entry 0 names no log that could be signed for.");
  const bytes = typeof publicKey === "string" ? fromBase64(publicKey) : undefined;
  if (bytes?.length !== 32) return refused("Entry 0 holds no Ed25519 public key.");
  const key = verifierKey(origin, bytes);
  if (key.id !== keyId) return refused(`Entry 0 gives a key id that is not its key's (${key.id}).`);
  return { outcome: "read", start: { origin, key } };
}
