import type { Clock, Duration, Instant } from "../model/index.ts";
import type { Db, Store } from "../platform/storage/index.ts";
import { recordChange, signHead, unsignedEntries } from "../record/change/index.ts";
import type { Checkpoint, SigningKey } from "../record/evidence/index.ts";
import { pendingLooks, sealLooks } from "../record/history/index.ts";
import { stateWatches } from "../watching/sensor-registry/index.ts";

interface CheckpointDeps {
  readonly store: Pick<Store, "db" | "transaction">;
  readonly clock: Clock;
  readonly key: SigningKey;
}

const HOUR: Duration = 3_600_000;

/**
 * The checkpoint of the hour. What the log and the looks gained in one hour, UTC, is signed once the next one has begun,
 * so the last checkpoint of a day covers that day; and at once what a process without a key recorded and what should not
 * wait. Nothing is signed where nothing was gained.
 */
export async function signWhatIsDue(deps: CheckpointDeps): Promise<void> {
  if (await isDue(deps.store.db, deps.clock.now())) await sealAndSign(deps);
}

/**
 * Signs everything that was recorded, looks and what sensors watch included: on demand, before something leaves the
 * record, at the end.
 */
export async function sealAndSign(deps: CheckpointDeps): Promise<Checkpoint> {
  const now = deps.clock.now();
  await recordChange(deps, now, async (change) => {
    await sealLooks(change);
    await stateWatches(change);
  });
  return await signHead(deps, now);
}

/** The same where anything is unsigned. */
export async function signTheRest(deps: CheckpointDeps): Promise<void> {
  const { db } = deps.store;
  const { first } = await unsignedEntries(db);
  if (first !== undefined || (await pendingLooks(db)).length > 0) await sealAndSign(deps);
}

async function isDue(db: Db, now: Instant): Promise<boolean> {
  const { first, atOnce } = await unsignedEntries(db);
  if (atOnce) return true;
  const since = [first, ...(await pendingLooks(db)).map((pending) => pending.since)];
  return since.some((at) => at !== undefined && Math.floor(at / HOUR) !== Math.floor(now / HOUR));
}
