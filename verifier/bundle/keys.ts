import { fromBase64 } from "../bytes.ts";
import type { EntryBody } from "../entry.ts";
import { keyFingerprint, verifierKey, type VerifierKey } from "../note.ts";
import { readLogStart } from "../start.ts";
import type { Problems } from "./problems.ts";
import { PROVEN_FILE } from "./layout.ts";

/** The keys that the log names: that of entry 0, and those that it was rotated to, oldest first. */
export interface LogKeys {
  readonly origin: string;
  readonly keys: readonly VerifierKey[];
}

export function keysOf(proven: readonly EntryBody[], problems: Problems): LogKeys | undefined {
  const created = proven.find(({ index }) => index === 0);
  if (created === undefined) {
    problems.add({ file: PROVEN_FILE, index: 0, problem: "entry 0, which names the key of the log, is missing" });
    return undefined;
  }
  const start = readLogStart(created);
  if (start.outcome === "refused") {
    problems.add({ file: PROVEN_FILE, index: 0, field: "data", problem: start.problem });
    return undefined;
  }
  const { origin, key } = start.start;
  const keys = [key];
  for (const { index, type, data } of proven) {
    if (type !== "key-rotated") continue;
    const publicKey = typeof data["publicKey"] === "string" ? fromBase64(data["publicKey"]) : undefined;
    if (publicKey?.length !== 32 || data["previousKeyId"] !== keys.at(-1)?.id) {
      problems.add({ file: PROVEN_FILE, index, field: "data", problem: "does not continue the keys of the log" });
    } else keys.push(verifierKey(origin, publicKey));
  }
  return { origin, keys };
}

/** How the key compares with the fingerprint that the reader has from outside. */
export type KeyVerdict = "not confirmed" | "confirmed" | "another";

/** `given`: SHA-256 of the public key in hex, with or without `sha256:`, spaces and colons. */
export function compareKey({ keys }: LogKeys, given: string | undefined): KeyVerdict {
  if (given === undefined || given.trim() === "") return "not confirmed";
  const plain = given
    .toLowerCase()
    .replace(/^sha256:/, "")
    .replace(/[\s:]/g, "");
  return keys.some((key) => keyFingerprint(key.publicKey) === plain) ? "confirmed" : "another";
}
