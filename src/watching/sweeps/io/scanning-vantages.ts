import type { Db } from "../../../platform/storage/index.ts";

/** The vantage points from which anything was scanned, by name; `imported`: only by other scanners. */
export async function scanningVantages(
  db: Db,
): Promise<readonly { readonly name: string; readonly imported: boolean }[]> {
  const rows = await db
    .selectFrom("vantage_point")
    .select("name")
    .select((each) =>
      each
        .exists(
          each
            .selectFrom("sweep")
            .select("sweep.id")
            .whereRef("sweep.vantage_id", "=", "vantage_point.id")
            .where("sweep.kind", "<>", "imported"),
        )
        .as("swept"),
    )
    .where((each) =>
      each.exists(each.selectFrom("sweep").select("sweep.id").whereRef("sweep.vantage_id", "=", "vantage_point.id")),
    )
    .orderBy("name")
    .execute();
  return rows.map(({ name, swept }) => ({ name, imported: swept !== true }));
}
