import type { EntryBody } from "../entry.ts";
import { createKeyring, type Keyring } from "../keyring.ts";
import { keyFingerprint, type VerifierKey } from "../note.ts";
import { readLogStart } from "../start.ts";
import { PROVEN_FILE } from "./layout.ts";
import type { Problems } from "./problems.ts";

/** The keys that the log names: that of entry 0, and those that it was handed over to, oldest first. */
export interface LogKeys {
  readonly origin: string;
  readonly keys: readonly VerifierKey[];
  /** The one that has to sign a checkpoint of so many entries. */
  inForce(size: number): VerifierKey | undefined;
}

export async function keysOf(proven: readonly EntryBody[], problems: Problems): Promise<LogKeys | undefined> {
  const bad = (problem: string, index: number): void =>
    problems(PROVEN_FILE, problem.replace(/\.$/, ""), index, "data");
  const created = proven.find(({ index }) => index === 0);
  const start = created === undefined ? undefined : readLogStart(created);
  if (start?.outcome !== "read") {
    const problem = start === undefined ? "entry 0, which names the key of the log, is missing" : start.problem;
    bad(problem, 0);
    return undefined;
  }
  const keyring: Keyring = createKeyring();
  keyring.begin(start.start);
  for (const body of proven) {
    const found = body.type === "key-rotated" ? await keyring.rotate(body) : undefined;
    if (found?.outcome !== "refused") continue;
    bad(found.problem, body.index);
  }
  return { origin: start.start.origin, keys: keyring.named(), inForce: (size) => keyring.inForce(size) };
}

/** How the key compares with the fingerprint that the reader has from outside. */
export type KeyVerdict = "not confirmed" | "confirmed" | "another";

/** `given`: SHA-256 of the public key in hex, with or without `sha256:`, spaces and colons. */
export function compareKey({ keys }: Pick<LogKeys, "keys">, given: string | undefined): KeyVerdict {
  if (given === undefined || given.trim() === "") return "not confirmed";
  const plain = given
    .toLowerCase()
    .replace(/^sha256:/, "")
    .replace(/[\s:]/g, "");
  return keys.some((key) => keyFingerprint(key.publicKey) === plain) ? "confirmed" : "another";
}
