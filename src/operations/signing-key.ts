import {
  adoptNextKey,
  keyOfHome,
  keysOfLog,
  loadOrCreateKey,
  logHead,
  missingKey,
  settledKey,
  type SigningKey,
} from "../record/evidence/index.ts";
import type { Store } from "../platform/storage/index.ts";

/**
 * The key of this home, which a home gets with its first record: only the installation that began a log signs it.
 * Completes a change of keys that a crash interrupted.
 */
export async function signingKeyOf(
  { db }: Pick<Store, "db">,
  home: string,
  { synthetic = false }: { readonly synthetic?: boolean } = {},
): Promise<SigningKey> {
  const hasLog = (await logHead(db)).size > 0;
  if (hasLog) await completeRotation({ db }, home);
  if (keyOfHome(home) === undefined && hasLog) return missingKey(home);
  const { publicKey, sign } = loadOrCreateKey(home);
  return { publicKey, sign, synthetic, renewed: (wanted) => settledKey(home, wanted)?.key };
}

/** Gives the key that the log names its final place, if a crash left it beside the old one. */
export async function completeRotation({ db }: Pick<Store, "db">, home: string): Promise<void> {
  const { keys, previousKey: fate = "kept" } = await keysOfLog(db);
  const [previous, present] = [keys.at(-2), keys.at(-1)];
  if (previous === undefined || present === undefined || settledKey(home, present.publicKey)?.isNext !== true) return;
  adoptNextKey(home, { keyId: previous.id, fate });
}
