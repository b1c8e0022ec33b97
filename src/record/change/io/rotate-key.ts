import type { Store } from "../../../platform/storage/index.ts";
import { handOver, type Handover } from "./log-store.ts";

/** Gives the log another key in one transaction: the entry, and the checkpoint over it, both signed by both keys. */
export async function rotateLogKey({ transaction }: Pick<Store, "transaction">, handover: Handover) {
  return await transaction((tx) => handOver(tx, handover));
}
