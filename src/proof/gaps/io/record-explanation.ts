import type { Change } from "../../../record/change/index.ts";
import type { Decider, GivenExplanation, StoredExplanation } from "../explanation.ts";
import { statedDecider, statedExplanation } from "../stated.ts";
import { insertExplanation, insertSignOff } from "./explanation-store.ts";

export async function recordExplanation(change: Change, given: GivenExplanation): Promise<StoredExplanation> {
  const { tx, at } = change;
  const id = await insertExplanation(tx, at, given);
  change.append({ type: "gap-explained", at, data: statedExplanation(id, given) });
  return { id, at, ...given };
}

export async function recordSignOff(
  change: Change,
  explanation: StoredExplanation,
  signer: Decider,
): Promise<StoredExplanation> {
  const { tx, at } = change;
  const { id, gap } = explanation;
  await insertSignOff(tx, at, id, signer);
  change.append({ type: "gap-signed-off", at, data: { explanation: id, gap, ...statedDecider(signer) } });
  return { ...explanation, signedOff: { at, ...signer } };
}
