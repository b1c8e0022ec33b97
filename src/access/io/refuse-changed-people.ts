import type { Db } from "../../platform/storage/index.ts";
import { contradictionsIn, refuseContradicted, type Contradiction } from "../../record/evidence/index.ts";
import { keyBinding, linkBinding } from "./secret-bindings.ts";
import { roleBinding, userBinding } from "./user-bindings.ts";

const DECIDING = [userBinding, roleBinding, linkBinding, keyBinding];
/** Users may change between the reading of the log and of the rows. */
const TRIES = 3;

/**
 * Before a decision on port baselines: users, their roles and persons, links and keys are as they were signed, and none
 * is missing. Persons are told apart by all of them.
 *
 * @throws Fault `evidence-broken` naming the first row that is not
 */
export async function refuseChangedPeople(db: Db): Promise<void> {
  let found: Contradiction | undefined;
  for (let tries = 0; tries < TRIES; tries += 1) {
    [found] = await contradictionsIn(db, DECIDING);
    if (found === undefined) return;
  }
  refuseContradicted(found);
}
