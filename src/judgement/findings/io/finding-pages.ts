import { sql } from "kysely";
import {
  OPEN_STATUSES,
  type DeviationKind,
  type Endpoint,
  type Finding,
  type FindingStatus,
  type Instant,
} from "../../../model/index.ts";
import type { Db } from "../../../platform/storage/index.ts";
import { readFinding, seenFrom, selectFindings, storedStatuses } from "./finding-rows.ts";
import { listFindings } from "./finding-store.ts";
import { seenLast } from "./last-sightings.ts";

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
  const { status, limit = Infinity } = page;
  const found: Finding[] = [];
  for (let { below } = page; ;) {
    const read = await storedPage(db, { ...page, below });
    found.push(...(await seenLast(db, read)).filter((finding) => status?.includes(finding.status) !== false));
    const last = read.at(-1);
    if (last === undefined || read.length < limit || found.length >= limit) return found.slice(0, limit);
    below = last.id;
  }
}

/** The same by the statuses that are stored; their last sightings are not read yet. */
async function storedPage(db: Db, page: FindingPage): Promise<Finding[]> {
  const { status, kind, asset, vantage, openedSince, openedUntil, below, limit } = page;
  let rows = selectFindings(db).orderBy("finding.id", "desc");
  if (status !== undefined) rows = rows.where("finding.status", "in", storedStatuses(status));
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
  const [finding = readFinding(row)] = await seenLast(db, [readFinding(row)]);
  return {
    finding,
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
  return await seenLast(db, rows.map(readFinding));
}

/** How many findings there are, by kind and status. */
export async function findingCounts(
  db: Db,
): Promise<{ readonly kind: DeviationKind; readonly status: FindingStatus; readonly count: number }[]> {
  const ended = await db
    .selectFrom("finding")
    .select(["kind", "status", sql<number>`count(*)::int4`.as("count")])
    .where("status", "in", ["resolved", "out-of-scope"])
    .groupBy(["kind", "status"])
    .execute();
  const open = await listFindings(db, { status: OPEN_STATUSES });
  const alike = Map.groupBy(open, ({ kind, status }) => `${kind} ${status}`);
  const counted = [...alike.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [{ kind: first.kind, status: first.status, count: 1 + others.length }],
  );
  return [...counted, ...ended];
}

/** At most `limit` rows as they are stored, by number, above `after`. */
export function findingsAfter(db: Db, after: number, limit: number) {
  return selectFindings(db).where("finding.id", ">", after).orderBy("finding.id").limit(limit).execute();
}
