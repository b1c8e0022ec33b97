import type { RotateKeyResult } from "../contract/index.ts";
import { rotateLogKey } from "../record/change/index.ts";
import {
  adoptNextKey,
  keyFingerprint,
  prepareNextKey,
  verifierKey,
  formatVerifierKey,
} from "../record/evidence/index.ts";
import type { OperationDeps } from "./operation-deps.ts";
import { completeRotation } from "./signing-key.ts";

/**
 * Gives the log a new key. Until the transaction commits, the old key signs; from then on the new one does, whether or
 * not its file already has its final name.
 */
export async function rotateKey(
  { store, key, home, clock }: Pick<OperationDeps, "store" | "key" | "home" | "clock">,
  { requestedBy: by, destroyPrevious }: { readonly requestedBy: string; readonly destroyPrevious: boolean },
): Promise<RotateKeyResult> {
  await completeRotation(store, home);
  const next = prepareNextKey(home);
  const fate = destroyPrevious ? "destroyed" : "kept";
  const at = clock.now();
  const { entry, previous, checkpoint } = await rotateLogKey(store, { key, next, at, by, previousKey: fate });
  adoptNextKey(home, { keyId: previous.id, fate });
  const present = verifierKey(previous.name, next.publicKey);
  return {
    schema: "portolan.evidence-key-rotated/1",
    entry,
    key: formatVerifierKey(present),
    fingerprint: keyFingerprint(present.publicKey),
    previous: { keyId: previous.id, fingerprint: keyFingerprint(previous.publicKey), key: fate },
    note: checkpoint.note,
  };
}
