import { keyOfHome, loadOrCreateKey, logHead, missingKey, type SigningKey } from "../record/evidence/index.ts";
import type { Store } from "../platform/storage/index.ts";

/** The key of this home, which a home gets with its first record: only the installation that began a log signs it. */
export async function signingKeyOf({ db }: Pick<Store, "db">, home: string): Promise<SigningKey> {
  if (keyOfHome(home) === undefined && (await logHead(db)).size > 0) return missingKey(home);
  return loadOrCreateKey(home);
}
