import type { Selectable } from "kysely";
import { Fault, formatInstant, type Instant } from "../../../model/index.ts";
import type { Db, Tables } from "../../../platform/storage/index.ts";
import { recordChange, type ChangeDeps } from "../../change/index.ts";
import type { Hold } from "../hold.ts";

/** Every hold in the order in which they were set; `inForce`: without those that were lifted. */
export async function holdsOf(db: Db, { inForce = false }: { readonly inForce?: boolean } = {}): Promise<Hold[]> {
  const rows = await db
    .selectFrom("legal_hold")
    .selectAll()
    .$if(inForce, (query) => query.where("lifted_at", "is", null))
    .orderBy("id")
    .execute();
  return rows.map(holdFrom);
}

export async function setHold(
  deps: ChangeDeps,
  at: Instant,
  {
    asset,
    from,
    to,
    keepsFrom,
    reason,
    by,
  }: Pick<Hold, "asset" | "from" | "to" | "keepsFrom" | "reason"> & { readonly by: string },
): Promise<Hold> {
  return await recordChange(deps, at, async (change) => {
    const row = await change.tx
      .insertInto("legal_hold")
      .values({
        asset: asset ?? null,
        held_from: new Date(from),
        held_to: to === undefined ? null : new Date(to),
        keeps_from: new Date(keepsFrom),
        reason,
        set_at: new Date(at),
        set_by: by,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    const period = { from: formatInstant(from), to: to === undefined ? null : formatInstant(to) };
    const data = { hold: row.id, asset: asset ?? null, ...period, keepsFrom: formatInstant(keepsFrom), reason, by };
    change.append({ type: "legal-hold-set", at, data });
    return holdFrom(row);
  });
}

/** @throws Fault `not-found` or `conflict` */
export async function liftHold(
  deps: ChangeDeps,
  at: Instant,
  { id, reason, by }: { readonly id: number; readonly reason: string; readonly by: string },
): Promise<Hold> {
  return await recordChange(deps, at, async (change) => {
    const held = await change.tx
      .selectFrom("legal_hold")
      .selectAll()
      .where("id", "=", id)
      .forUpdate()
      .executeTakeFirst();
    if (held === undefined) {
      throw new Fault("not-found", `There is no legal hold ${id}.`, {
        next: "portolan retention hold list shows all.",
      });
    }
    if (held.lifted_at !== null) {
      throw new Fault("conflict", `Legal hold ${id} was lifted by ${held.lifted_by ?? "somebody"}.`, {
        next: "portolan retention hold list shows all.",
      });
    }
    const lifted = { lifted_at: new Date(at), lifted_by: by, lift_reason: reason };
    await change.tx.updateTable("legal_hold").set(lifted).where("id", "=", id).execute();
    change.append({ type: "legal-hold-lifted", at, data: { hold: id, reason, by } });
    return holdFrom({ ...held, ...lifted });
  });
}

function holdFrom(row: Selectable<Tables["legal_hold"]>): Hold {
  const { lifted_at: at, lifted_by: by, lift_reason: why } = row;
  return {
    id: row.id,
    ...(row.asset === null ? {} : { asset: row.asset }),
    from: row.held_from.getTime(),
    ...(row.held_to === null ? {} : { to: row.held_to.getTime() }),
    keepsFrom: row.keeps_from.getTime(),
    reason: row.reason,
    setAt: row.set_at.getTime(),
    setBy: row.set_by,
    ...(at === null || by === null || why === null ? {} : { lifted: { at: at.getTime(), by, reason: why } }),
  };
}
