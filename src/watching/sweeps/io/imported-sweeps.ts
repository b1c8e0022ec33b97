import type { Instant } from "../../../model/index.ts";
import type { Db } from "../../../platform/storage/index.ts";

/** The imports from one vantage point under one version of the scope. */
export interface ImportedUnder {
  readonly vantage: string;
  readonly scopeVersion: number;
  /** The latest end of a scan among them. */
  readonly endedAt: Instant;
}

/** The imports whose scans had begun by an instant, whenever their files were imported. */
export async function importedBy(db: Db, at: Instant): Promise<ImportedUnder[]> {
  const rows = await db
    .selectFrom("sweep")
    .innerJoin("vantage_point", "vantage_point.id", "sweep.vantage_id")
    .select(["vantage_point.name as vantage", "sweep.scope_version"])
    .select(({ fn }) => fn.max("sweep.ended_at").as("ended_at"))
    .where("sweep.kind", "=", "imported")
    .where("sweep.started_at", "<=", new Date(at))
    .groupBy(["vantage_point.name", "sweep.scope_version"])
    .orderBy("vantage_point.name")
    .orderBy("sweep.scope_version", "desc")
    .execute();
  return rows.map((row) => ({
    vantage: row.vantage,
    scopeVersion: row.scope_version,
    endedAt: row.ended_at?.getTime() ?? -Infinity,
  }));
}
