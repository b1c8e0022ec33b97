import { sql } from "kysely";
import type { DeviationKind, Endpoint, Finding, FindingStatus, Instant } from "../../../model/index.ts";
import type { Db } from "../../../platform/storage/index.ts";
import { readFinding, seenFrom, selectFindings } from "./finding-rows.ts";

export interface FindingPage {
  readonly status?: readonly FindingStatus[] | undefined;
  readonly kind?: readonly DeviationKind[] | undefined;
  readonly asset?: string | undefined;
  readonly vantage?: string | undefined;
  /** With an episode that was opened then or later, and before `openedUntil`. */
  readonly openedSince?: Instant | undefined;
  readonly openedUntil?: Instant | undefined;
  /** Only findings with smaller numbers. */
  readonly below?: number | undefined;
  readonly limit?: number | undefined;
}

/**
 * Findings, the last recorded first. Ordered by number, which neither a new finding nor a change moves: a reader that
 * continues after the last one of a page gets every finding once.
 */
export async function pageOfFindings(db: Db, page: FindingPage): Promise<Finding[]> {
  const { status, kind, asset, vantage, openedSince, openedUntil, below, limit } = page;
  let rows = selectFindings(db).orderBy("finding.id", "desc");
  if (status !== undefined) rows = rows.where("finding.status", "in", [...status]);
  if (kind !== undefined) rows = rows.where("finding.kind", "in", [...kind]);
  if (asset !== undefined) rows = rows.where(sql<string>`finding.subject ->> 'asset'`, "=", asset);
  if (vantage !== undefined) rows = rows.where(seenFrom(vantage));
  if (openedSince !== undefined || openedUntil !== undefined) {
    const since = openedSince === undefined ? "-infinity" : new Date(openedSince);
    const until = openedUntil === undefined ? "infinity" : new Date(openedUntil);
    rows = rows.where(sql<boolean>`(
      tstzrange(${since}, ${until}) @> finding.opened_at
      OR EXISTS (SELECT FROM finding_episode AS episode
                  WHERE episode.finding_id = finding.id AND tstzrange(${since}, ${until}) @> episode.opened_at))`);
  }
  if (below !== undefined) rows = rows.where("finding.id", "<", below);
  if (limit !== undefined) rows = rows.limit(limit);
  return (await rows.execute()).map(readFinding);
}

export interface FindingEvent {
  readonly at: Instant;
  readonly status: Exclude<FindingStatus, "unchanged">;
  readonly sweepId?: number | undefined;
  readonly note: string;
}

/** A finding and its life, oldest first; undefined when none has this number. */
export async function findingById(
  db: Db,
  id: number,
): Promise<{ readonly finding: Finding; readonly events: readonly FindingEvent[] } | undefined> {
  const row = await selectFindings(db).where("finding.id", "=", id).executeTakeFirst();
  if (row === undefined) return undefined;
  const events = await db
    .selectFrom("finding_event")
    .select(["at", "status", "sweep_id", "note"])
    .where("finding_id", "=", id)
    .orderBy("id")
    .execute();
  return {
    finding: readFinding(row),
    events: events.map(({ at, status, sweep_id: sweepId, note }) => ({
      at: at.getTime(),
      status,
      note,
      ...(sweepId === null ? {} : { sweepId }),
    })),
  };
}

/** Findings about a port of a host, a range of ports that includes it, or a program on it; the first recorded first. */
export async function findingsAbout(db: Db, { address, transport, port }: Endpoint): Promise<Finding[]> {
  const subject = sql.ref("finding.subject");
  const has = (part: object) => sql<boolean>`${subject} @> ${JSON.stringify(part)}::text::jsonb`;
  const rows = await selectFindings(db)
    .where(
      sql<boolean>`${has({ endpoints: [{ transport, port, address }] })} OR (
        ${has({ transport })} AND (${has({ address })} OR ${has({ addresses: [address] })})
        AND (${has({ port })} OR ${port} BETWEEN (${subject} #>> '{ports,0}')::int AND (${subject} #>> '{ports,1}')::int))`,
    )
    .orderBy("finding.id")
    .execute();
  return rows.map(readFinding);
}

/** How many findings there are, by kind and status. */
export async function findingCounts(
  db: Db,
): Promise<{ readonly kind: DeviationKind; readonly status: FindingStatus; readonly count: number }[]> {
  return await db
    .selectFrom("finding")
    .select(["kind", "status", sql<number>`count(*)::int4`.as("count")])
    .groupBy(["kind", "status"])
    .execute();
}

/** At most `limit` rows as they are stored, by number, above `after`. */
export function findingsAfter(db: Db, after: number, limit: number) {
  return selectFindings(db).where("finding.id", ">", after).orderBy("finding.id").limit(limit).execute();
}
