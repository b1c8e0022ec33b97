import type { Store, Tx } from "../src/platform/storage/index.ts";
import { letRowsChange } from "../src/record/change/index.ts";

/** A transaction as the unit of work opens it, for rows that change only there; no entry is appended. */
export function recording<T>(store: Pick<Store, "transaction">, work: (tx: Tx) => Promise<T>): Promise<T> {
  return store.transaction(async (tx) => {
    await letRowsChange(tx);
    return await work(tx);
  });
}
