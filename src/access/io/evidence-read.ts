import { Fault, type Clock, type Principal } from "../../model/index.ts";
import type { Store } from "../../platform/storage/index.ts";
import { recordChange } from "../../record/change/index.ts";

/** A read of the evidence log, or of the record as a whole. */
export interface EvidenceRead {
  readonly by: Pick<Principal, "name" | "kind">;
  /** The operation, by its route: `GET /api/v1/backup`. */
  readonly what: string;
  /** The peer; absent for a command of this machine. */
  readonly address?: string | undefined;
}

/**
 * Records a read before it happens; a read that cannot be recorded does not happen. The exceptions are a log that is
 * broken, which has to be read to find out how, and one that was not begun.
 */
export async function recordEvidenceRead(
  { store, clock }: { readonly store: Pick<Store, "transaction">; readonly clock: Clock },
  { by, what, address }: EvidenceRead,
): Promise<void> {
  const at = clock.now();
  const data = { by: by.name, kind: by.kind, what, ...(address === undefined ? {} : { address }) };
  try {
    await recordChange({ store }, at, (change) => change.append({ type: "evidence-read", at, data }));
  } catch (error) {
    if (error instanceof Fault && (error.code === "evidence-broken" || error.place === "evidence_head")) return;
    throw error;
  }
}
