import type { Db } from "../../../platform/storage/index.ts";
import { HASH_BYTES, proverOf, type Prover } from "@portolan/verifier";

const PAGE = 20_000;

/** A prover over the whole log up to a size. It holds 64 bytes for each entry. */
export async function logProver(db: Db, size: number): Promise<Prover> {
  const hashes = new Uint8Array(size * HASH_BYTES);
  for (let from = 0; from < size; from += PAGE) {
    const rows = await db
      .selectFrom("evidence_entry")
      .select(["index", "leaf_hash"])
      .where("index", ">=", from)
      .where("index", "<", Math.min(size, from + PAGE))
      .execute();
    for (const { index, leaf_hash: hash } of rows) hashes.set(hash, index * HASH_BYTES);
  }
  return proverOf(hashes);
}
