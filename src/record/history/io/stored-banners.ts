import { sql } from "kysely";
import type { ServiceIdentity } from "../../../model/index.ts";
import type { Db } from "../../../platform/storage/index.ts";
import { commitmentTo } from "../service-changes.ts";

/** What a service answered, and the salt with which an entry commits to it. */
export interface StoredBanner {
  /** Hex. */
  readonly commitment: string;
  readonly salt: Uint8Array;
  /** Base64. */
  readonly banner: string;
}

const ROWS_A_PAGE = 5_000;

/** The raw banners that the record has of these commitments, in their order; each once. */
export async function storedBanners(db: Db, commitments: ReadonlySet<string>): Promise<StoredBanner[]> {
  const found = new Map<string, StoredBanner>();
  if (commitments.size === 0) return [];
  for (let offset = 0; ; offset += ROWS_A_PAGE) {
    const { rows } = await sql<{ identity: ServiceIdentity; salt: Uint8Array }>`
      SELECT identity, salt FROM service_interval WHERE salt IS NOT NULL AND identity IS NOT NULL
      ORDER BY endpoint_id, vantage_id, during
      LIMIT ${sql.lit(ROWS_A_PAGE)} OFFSET ${offset}`.execute(db);
    for (const { identity, salt } of rows) {
      const commitment = commitmentTo(identity.evidence, salt);
      if (commitments.has(commitment)) found.set(commitment, { commitment, salt, banner: identity.evidence });
    }
    if (rows.length < ROWS_A_PAGE) break;
  }
  return [...found.values()].sort((a, b) => (a.commitment < b.commitment ? -1 : 1));
}
