import type { ClaimOutcome, IdempotencyStore, IdempotencyKey } from "../../../contract/index.ts";
import type { Clock } from "../../../model/index.ts";
import type { Db, Store, Tx } from "../../storage/index.ts";

/** How long a response is kept. */
const KEPT = 24 * 3_600_000;
/** How long a running request holds its key without renewing it. */
const CLAIMED = 120_000;
/** The most expired rows that one request deletes. */
const CLEARED = 100;

export function createIdempotencyStore(store: Pick<Store, "db" | "transaction">, clock: Clock): IdempotencyStore {
  const { db } = store;
  const of = ({ principal, key }: IdempotencyKey) => ({ principal, key });
  return {
    begin: (once) => store.transaction((tx) => begin(tx, once, clock.now())),
    async renew(once) {
      await rowOf(db, of(once))
        .set({ expires_at: new Date(clock.now() + CLAIMED) })
        .where("answer", "is", null)
        .execute();
    },
    keep: (once, answer) => storeAnswer(db, once, answer, clock.now()),
    async release({ principal, key }) {
      await db
        .deleteFrom("idempotency_key")
        .where("principal", "=", principal)
        .where("key", "=", key)
        .where("answer", "is", null)
        .execute();
    },
  };
}

async function begin(tx: Tx, once: IdempotencyKey & { readonly digest: string }, now: number): Promise<ClaimOutcome> {
  const { principal, key, digest } = once;
  const expired = tx.selectFrom("idempotency_key").select(["principal", "key"]).where("expires_at", "<", new Date(now));
  for (const row of await expired.limit(CLEARED).forUpdate().skipLocked().execute()) {
    await tx.deleteFrom("idempotency_key").where("principal", "=", row.principal).where("key", "=", row.key).execute();
  }
  const claimed = await tx
    .insertInto("idempotency_key")
    .values({ principal, key, digest, answer: null, expires_at: new Date(now + CLAIMED) })
    .onConflict((conflict) => conflict.doNothing())
    .returning("key")
    .executeTakeFirst();
  if (claimed !== undefined) return { outcome: "fresh" };
  const row = await tx
    .selectFrom("idempotency_key")
    .select(["digest", "answer"])
    .where("principal", "=", principal)
    .where("key", "=", key)
    .executeTakeFirst();
  // The row disappeared between the two statements: its holder released it, and the next try gets it.
  if (row === undefined) return { outcome: "running" };
  if (row.digest !== digest) return { outcome: "other-request" };
  return row.answer === null ? { outcome: "running" } : { outcome: "answered", answer: row.answer };
}

/** Stores the response; given a transaction, together with the changes of the request. */
export async function storeAnswer(db: Db, once: IdempotencyKey, answer: string, now: number): Promise<void> {
  await rowOf(db, once)
    .set({ answer, expires_at: new Date(now + KEPT) })
    .where("answer", "is", null)
    .execute();
}

function rowOf(db: Db, { principal, key }: IdempotencyKey) {
  return db.updateTable("idempotency_key").where("principal", "=", principal).where("key", "=", key);
}
