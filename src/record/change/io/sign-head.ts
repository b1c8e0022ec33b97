import type { Instant } from "../../../model/index.ts";
import type { Store } from "../../../platform/storage/index.ts";
import type { Checkpoint, SigningKey } from "../../evidence/index.ts";
import { signCheckpoint } from "./log-store.ts";

/** Signs the current log without a change: on demand, and for entries that workers recorded. */
export async function signHead(
  { store, key }: { readonly store: Pick<Store, "transaction">; readonly key: SigningKey },
  at: Instant,
): Promise<Checkpoint> {
  return await store.transaction((tx) => signCheckpoint(tx, key, at));
}
