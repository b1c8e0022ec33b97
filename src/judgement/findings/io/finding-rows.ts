import { sql, type RawBuilder, type SqlBool } from "kysely";
import { Fault, isOpen, type Episode, type Finding, type FindingStatus, type Instant } from "../../../model/index.ts";
import type { Db } from "../../../platform/storage/index.ts";
import { readDeviating } from "../stored-subject.ts";

/** The rows of findings, each with its vantage point and its earlier episodes. */
export function selectFindings(db: Db) {
  return db
    .selectFrom("finding")
    .innerJoin("vantage_point", "vantage_point.id", "finding.vantage_id")
    .selectAll("finding")
    .select(["vantage_point.name as vantage", EPISODES]);
}

/** The statuses that rows of findings with these statuses have: whether an open one was seen again is not stored. */
export function storedStatuses(statuses: readonly FindingStatus[]): StoredStatus[] {
  const stored = statuses.flatMap((status): StoredStatus[] =>
    status === "unchanged" ? ["new", "regressed"] : [status],
  );
  return [...new Set(stored)];
}

type StoredStatus = Exclude<FindingStatus, "unchanged">;

/** The status in the row of a finding. */
export function storedStatus({ status, earlier = [] }: Pick<Finding, "status" | "earlier">): StoredStatus {
  if (status !== "unchanged") return status;
  return earlier.length === 0 ? "new" : "regressed";
}

/** Whether the vantage point opened the finding, or saw its program on any endpoint. */
export function seenFrom(vantage: string): RawBuilder<SqlBool> {
  const endpoint = JSON.stringify([{ vantage }]);
  return sql<SqlBool>`(vantage_point.name = ${vantage} OR finding.subject -> 'endpoints' @> ${endpoint}::text::jsonb)`;
}

/** What the vantage point may see again: its own findings, and all programs. */
export function comparedFrom(vantage: string): RawBuilder<SqlBool> {
  return sql<SqlBool>`(vantage_point.name = ${vantage} OR finding.subject -> 'endpoints' IS NOT NULL)`;
}

/** The columns of an episode: dates in the row of a finding, and their texts in JSON. */
interface EpisodeJson {
  readonly opened_at: Date | string;
  readonly last_seen_at: Date | string | null;
  readonly resolved_at: Date | string | null;
  readonly resolution: string | null;
  readonly out_of_scope_at: Date | string | null;
  readonly out_of_scope_version: number | null;
}

/** The earlier episodes of a finding, oldest first; null: there are none. */
const EPISODES = sql<(EpisodeJson & { readonly number: number })[] | null>`(
  SELECT jsonb_agg(to_jsonb(episode) ORDER BY episode.number) FROM finding_episode AS episode
   WHERE episode.finding_id = finding.id)`.as("episodes");

type FindingRow = Awaited<ReturnType<ReturnType<typeof selectFindings>["execute"]>>[number];

export function readFinding(row: FindingRow): Finding {
  const [from, to] = [row.gap_from?.getTime(), row.gap_to?.getTime()];
  const deviating = readDeviating(row.kind, row.subject);
  if (deviating === undefined) throw unreadable(row);
  return {
    id: row.id,
    fingerprint: row.fingerprint,
    ...deviating,
    vantage: row.vantage,
    summary: row.summary,
    status: isOpen(row) && row.last_seen_at > row.opened_at ? "unchanged" : row.status,
    ...readEpisode(row),
    openedAt: row.opened_at.getTime(),
    lastSeenAt: row.last_seen_at.getTime(),
    ...(row.episodes === null ? {} : { earlier: row.episodes.map(readEpisode) }),
    ...(from === undefined && to === undefined
      ? {}
      : { during: { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) } }),
  };
}

function readEpisode({
  opened_at: openedAt,
  last_seen_at: lastSeenAt,
  resolved_at: resolvedAt,
  resolution,
  out_of_scope_at: outOfScopeAt,
  out_of_scope_version: version,
}: EpisodeJson): Episode {
  return {
    openedAt: timeOf(openedAt),
    ...(lastSeenAt === null ? {} : { lastSeenAt: timeOf(lastSeenAt) }),
    ...(resolvedAt === null ? {} : { resolvedAt: timeOf(resolvedAt) }),
    ...(resolution === null ? {} : { resolution }),
    ...(outOfScopeAt === null || version === null ? {} : { outOfScope: { at: timeOf(outOfScopeAt), version } }),
  };
}

/** A date, or its text in JSON. */
function timeOf(at: Date | string): Instant {
  return new Date(at).getTime();
}

function unreadable({ id, kind }: Pick<FindingRow, "id" | "kind">): Fault {
  return new Fault("store-unavailable", `Finding ${id} is stored as ${kind} with a subject that no ${kind} can have.`, {
    place: `table finding, id ${id}`,
    next: "Restore the last backup from before it was changed by hand, or open the record with the newer version that wrote it.",
  });
}
