import type { Tx } from "./tables.ts";

/** The id of the vantage point of that name; creates it if the name is new. */
export async function vantagePointId(tx: Tx, name: string): Promise<number> {
  await tx
    .insertInto("vantage_point")
    .values({ name })
    .onConflict((conflict) => conflict.column("name").doNothing())
    .execute();
  const row = await tx.selectFrom("vantage_point").select("id").where("name", "=", name).executeTakeFirstOrThrow();
  return row.id;
}
