import { sql } from "kysely";
import type { Instant, Period } from "../../../model/index.ts";
import type { Tx } from "../../../platform/storage/index.ts";
import { milliseconds, timestamp } from "./columns.ts";

/** What a step of the clock took back of one watching source. */
export interface SourceSetBack {
  /** The stretch that it was watching, which ended with the step: as its reports dated it. */
  readonly ended: Period | undefined;
  /** Stretches that were dated beyond the step, and until when each counts since; undefined: it does not count at all. */
  readonly cut: readonly { readonly from: Instant; readonly until: Instant | undefined }[];
  /** Values that began after the step, and are no longer recorded. */
  readonly removed: readonly { readonly key: string; readonly since: Instant }[];
  /** Values that lasted beyond the step, and end just after it. */
  readonly shortened: readonly { readonly key: string; readonly since: Instant; readonly to: Instant }[];
}

/**
 * Takes back what sources reported with times after `at`, because the clock ran ahead then. Sight ends with the step: what
 * lasted beyond it was seen at a time that nobody can tell. The next report of the source has to begin from the start. Returns what
 * changed, by source.
 */
export async function setSourcesBack(tx: Tx, at: Instant): Promise<ReadonlyMap<number, SourceSetBack>> {
  const step = timestamp(at);
  await tx.selectFrom("source").select("id").orderBy("id").forNoKeyUpdate().execute();
  const ended = await sql<{ id: number; since: number; until: number }>`
    INSERT INTO coverage (source_id, vantage_id, covered_from, covered_to, trusted)
    SELECT id, vantage_id, watched_from, watched_until, true FROM source WHERE watched_until > ${step}
    RETURNING source_id AS id, ${milliseconds(sql`covered_from`)} AS since, ${milliseconds(sql`covered_to`)} AS until`.execute(
    tx,
  );
  await sql`
    UPDATE source SET watched_from = NULL, watched_until = NULL, stated_until = NULL WHERE watched_until > ${step}`.execute(
    tx,
  );
  const cut = await sql<{ id: number; since: number; until: number | null }>`
    INSERT INTO coverage_cut AS earlier (source_id, covered_from, counts_until)
    SELECT source_id, covered_from, CASE WHEN covered_from <= ${step} THEN ${step} END FROM coverage
    WHERE source_id IS NOT NULL AND covered_to > ${step}
    ON CONFLICT (source_id, covered_from) DO UPDATE SET counts_until = excluded.counts_until
      WHERE earlier.counts_until > ${step}
    RETURNING source_id AS id, ${milliseconds(sql`covered_from`)} AS since, ${milliseconds(sql`counts_until`)} AS until`.execute(
    tx,
  );
  const removed = await sql<{ id: number; key: string; since: number }>`
    DELETE FROM source_interval WHERE lower(during) > ${step}
    RETURNING source_id AS id, key, ${milliseconds(sql`lower(during)`)} AS since`.execute(tx);
  const last = timestamp(at + 1);
  const shortened = await sql<{ id: number; key: string; since: number }>`
    UPDATE source_interval SET during = tstzrange(lower(during), ${last})
    FROM source WHERE source.id = source_id
      AND (upper(during) > ${last} OR (upper_inf(during) AND source.watched_from IS NULL))
    RETURNING source_id AS id, key, ${milliseconds(sql`lower(during)`)} AS since`.execute(tx);

  const of = <Row extends { readonly id: number }>({ rows }: { readonly rows: readonly Row[] }) =>
    Map.groupBy(rows, ({ id }) => id);
  const [endedOf, cutOf, removedOf, shortenedOf] = [of(ended), of(cut), of(removed), of(shortened)];
  const changed = new Set([endedOf, cutOf, removedOf, shortenedOf].flatMap((each) => [...each.keys()]));
  return new Map(
    [...changed].map((id): [number, SourceSetBack] => {
      const stretch = endedOf.get(id)?.[0];
      return [
        id,
        {
          ended: stretch === undefined ? undefined : { from: stretch.since, to: stretch.until },
          cut: (cutOf.get(id) ?? []).map(({ since, until }) => ({ from: since, until: until ?? undefined })),
          removed: removedOf.get(id) ?? [],
          shortened: (shortenedOf.get(id) ?? []).map(({ key, since }) => ({ key, since, to: at + 1 })),
        },
      ];
    }),
  );
}
