import { existsSync, linkSync, readdirSync, renameSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { sameHash } from "@portolan/verifier";
import type { SigningKey } from "../checkpoint.ts";
import { createKey, keyFault, keyIn, keyOfHome, prepareKeyFile, syncDirectory } from "./key.ts";

/**
 * A change of keys goes through three states of the folder `keys`, because a file and a database cannot commit together:
 *
 * 1. `evidence-next.pem` exists beside `evidence.pem`, and the log does not name it: nothing has happened yet.
 * 2. The log names it, and it still has that name: the change is decided, and the next start completes it.
 * 3. It is `evidence.pem`, and the previous key is `evidence-KEYID.pem`, or gone.
 */
function filesOf(home: string) {
  const path = prepareKeyFile(home);
  return { directory: join(path, ".."), path, next: join(path, "../evidence-next.pem") };
}

/** The key that the log will be handed over to: made once, and used again after a rotation that did not happen. */
export function prepareNextKey(home: string): SigningKey {
  const { directory, next } = filesOf(home);
  try {
    if (!existsSync(next)) createKey(directory, next);
    const key = keyIn(next);
    if (key === undefined) throw new Error("it disappeared again");
    return key;
  } catch (error) {
    throw keyFault(error, next);
  }
}

/** Puts the next key in the place of the key of this home, once the log names it. */
export function adoptNextKey(
  home: string,
  previous: { readonly keyId: string; readonly fate: "kept" | "destroyed" },
): void {
  const { directory, path, next } = filesOf(home);
  const aside = join(directory, `evidence-${previous.keyId}.pem`);
  try {
    if (previous.fate === "kept" && existsSync(path) && !existsSync(aside)) linkSync(path, aside);
    renameSync(next, path);
    // One that was kept aside by a rotation in between, or by hand.
    if (previous.fate === "destroyed" && existsSync(aside)) unlinkSync(aside);
    syncDirectory(directory);
  } catch (error) {
    throw keyFault(error, path);
  }
}

/** The key of a home that signs a log with this public key, under either name; undefined if it has neither. */
export function settledKey(
  home: string,
  publicKey: Uint8Array,
): { readonly key: SigningKey; readonly isNext: boolean } | undefined {
  const own = keyOfHome(home);
  if (own !== undefined && sameHash(own.publicKey, publicKey)) return { key: own, isNext: false };
  const next = keyIn(filesOf(home).next);
  return next !== undefined && sameHash(next.publicKey, publicKey) ? { key: next, isNext: true } : undefined;
}

/** The public keys of a home: the one that signs, those kept aside, and one that is about to take its place. */
export function publicKeysOfHome(home: string): Uint8Array[] {
  const { directory } = filesOf(home);
  return readdirSync(directory)
    .filter((name) => /^evidence(-[a-z0-9]{1,8})?\.pem$/.test(name))
    .flatMap((name) => keyIn(join(directory, name))?.publicKey ?? []);
}
