import { sql, type RawBuilder } from "kysely";
import type { Deviation, Duration, Finding, FindingStatus, Instant } from "../../../model/index.ts";
import { vantagePointId, type Db, type Tables, type Tx } from "../../../platform/storage/index.ts";
import type { Applied } from "../entries.ts";
import { afterTransition, transitions as transitionsOf, type Gone, type Transition } from "../life.ts";
import { storedSubject } from "../stored-subject.ts";
import { comparedFrom, readFinding, seenFrom, selectFindings, storedStatus, storedStatuses } from "./finding-rows.ts";
import { seenLast } from "./last-sightings.ts";

/**
 * Records transitions; the number of statements does not depend on how many they are. Changes that another transaction
 * made since a finding was read are taken into account: a transition that no longer fits is left out, and a finding
 * that the other one opened first stays as it was opened.
 */
export async function applyTransitions(
  tx: Tx,
  transitions: readonly Transition[],
  context: {
    readonly sweepId?: number | undefined;
    readonly vantage: string;
    readonly noteEvery?: Duration | undefined;
    /** Leaves transitions out, once the rows of their findings are locked. */
    readonly check?: ((tx: Tx, transitions: readonly Transition[]) => Promise<Transition[]>) | undefined;
  },
): Promise<Applied> {
  const { sweepId, check } = context;
  const opened = await insertFindings(tx, transitions, context);
  const rebased = await rebase(tx, transitions, context);
  const current = check === undefined ? rebased : await check(tx, rebased);
  const changed = current.map((transition) => ({ kind: transition.kind, finding: afterTransition(transition, 0) }));
  await updateFindings(
    tx,
    changed.map(({ finding }) => finding),
  );
  await insertEpisodes(
    tx,
    changed.filter(({ kind }) => kind === "regress").map(({ finding }) => finding),
  );
  const of = (kind: Transition["kind"]): Finding[] =>
    changed.filter((each) => each.kind === kind).map(({ finding }) => finding);
  const applied: Applied = {
    opened,
    regressed: of("regress"),
    resolved: of("resolve"),
    left: of("leave"),
    seen: [...of("see"), ...of("settle"), ...of("narrow")],
    ...(sweepId === undefined ? {} : { sweepId }),
  };
  await insertEvents(tx, applied);
  return applied;
}

export interface FindingsQuery {
  readonly status?: readonly FindingStatus[] | undefined;
  /** Seen from there. */
  readonly vantage?: string | undefined;
  /** All that a sweep from there is compared with: also the programs that only others have seen. */
  readonly comparedFrom?: string | undefined;
  readonly fingerprints?: readonly string[] | undefined;
}

/** Findings, open ones first, then the newest first: by the time they were opened, or ended. */
export async function listFindings(db: Db, query: FindingsQuery = {}): Promise<Finding[]> {
  const findings = await seenLast(db, await storedFindings(db, query));
  return findings.filter(({ status }) => query.status?.includes(status) !== false);
}

/** The same as the entries state them: the last sighting is that of the last change. */
export async function storedFindings(db: Db, query: FindingsQuery = {}): Promise<Finding[]> {
  let rows = selectFindings(db)
    .orderBy(sql`finding.status IN ('resolved', 'out-of-scope')`)
    .orderBy(sql`coalesce(finding.resolved_at, finding.out_of_scope_at, finding.opened_at)`, "desc")
    .orderBy("finding.id", "desc");
  if (query.status !== undefined) {
    if (query.status.length === 0) return [];
    rows = rows.where("finding.status", "in", storedStatuses(query.status));
  }
  if (query.fingerprints !== undefined) {
    if (query.fingerprints.length === 0) return [];
    rows = rows.where("finding.fingerprint", "in", query.fingerprints);
  }
  if (query.vantage !== undefined) rows = rows.where(seenFrom(query.vantage));
  if (query.comparedFrom !== undefined) rows = rows.where(comparedFrom(query.comparedFrom));
  return (await rows.execute()).map(readFinding);
}

/** The findings of a transaction, written from one parameter: rows as JSON, read back with their column types. */
type FindingJson = { [Column in keyof Omit<Tables["finding"], "vantage_id">]: unknown };

const FINDING_COLUMNS = sql`(id bigint, fingerprint text, kind text, subject jsonb, summary text, status text,
  opened_at timestamptz, last_seen_at timestamptz, resolved_at timestamptz, resolution text,
  out_of_scope_at timestamptz, out_of_scope_version integer, gap_from timestamptz, gap_to timestamptz)`;

function rowsOf(findings: readonly Finding[]): RawBuilder<unknown> {
  const rows = findings.map((finding): FindingJson => ({
    id: finding.id,
    fingerprint: finding.fingerprint,
    kind: finding.kind,
    subject: storedSubject(finding.subject),
    summary: finding.summary,
    status: storedStatus(finding),
    opened_at: timeText(finding.openedAt),
    last_seen_at: timeText(finding.lastSeenAt),
    resolved_at: timeText(finding.resolvedAt),
    resolution: finding.resolution,
    out_of_scope_at: timeText(finding.outOfScope?.at),
    out_of_scope_version: finding.outOfScope?.version,
    gap_from: timeText(finding.during?.from),
    gap_to: timeText(finding.during?.to),
  }));
  return sql`jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) AS given${FINDING_COLUMNS}`;
}

function timeText(at: Instant | undefined): string | undefined {
  return at === undefined ? undefined : new Date(at).toISOString();
}

async function insertFindings(
  tx: Tx,
  transitions: readonly Transition[],
  { vantage }: { readonly vantage: string },
): Promise<Finding[]> {
  // Until the database has numbered it, the id is its index in the list.
  const findings = transitions
    .filter(({ kind }) => kind === "open")
    .map((transition, index) => afterTransition(transition, index));
  if (findings.length === 0) return [];
  const vantageId = await vantagePointId(tx, vantage);
  const { rows } = await sql<{ id: number; fingerprint: string }>`
    INSERT INTO finding (fingerprint, kind, vantage_id, subject, summary, status, opened_at, last_seen_at,
      gap_from, gap_to)
    SELECT fingerprint, kind, ${vantageId}::integer, subject, summary, status, opened_at, last_seen_at,
      gap_from, gap_to
    FROM ${rowsOf(findings)} ORDER BY given.id
    ON CONFLICT (fingerprint) DO NOTHING
    RETURNING id, fingerprint`.execute(tx);
  const ids = new Map(rows.map(({ fingerprint, id }) => [fingerprint, id]));
  return findings.flatMap((finding) => {
    const id = ids.get(finding.fingerprint);
    return id === undefined ? [] : [{ ...finding, id }];
  });
}

/**
 * The transitions of existing findings, applied to their current rows, which stay locked until the transaction ends.
 */
async function rebase(
  tx: Tx,
  transitions: readonly Transition[],
  { vantage, noteEvery }: { readonly vantage: string; readonly noteEvery?: Duration | undefined },
): Promise<Transition[]> {
  const changes = transitions.filter((each) => each.kind !== "open");
  if (changes.length === 0) return [];
  const ids = JSON.stringify(changes.map(({ finding }) => finding.id));
  const locked = await selectFindings(tx)
    .where(sql<boolean>`finding.id IN (SELECT jsonb_array_elements_text(${ids}::text::jsonb)::bigint)`)
    .orderBy("finding.id")
    .forUpdate("finding")
    .execute();
  const now = await withLastSightings(tx, locked.map(readFinding), changes);
  return changes.flatMap((change) => {
    const finding = now.get(change.finding.id);
    if (finding === undefined) return [];
    const { fingerprint } = finding;
    const seen: Deviation[] = "deviation" in change ? [change.deviation] : [];
    const gone: Gone[] =
      "settled" in change && change.settled !== undefined
        ? [{ fingerprint, settled: change.settled }]
        : change.kind === "resolve"
          ? [{ fingerprint, resolution: change.resolution }]
          : change.kind === "narrow"
            ? [{ fingerprint, authorized: change.authorized }]
            : change.kind === "leave"
              ? [{ fingerprint, scopeVersion: change.scopeVersion }]
              : [];
    return transitionsOf([finding], seen, gone, change.at, vantage, noteEvery).filter(({ kind }) => kind !== "open");
  });
}

/**
 * Findings by their number; those that end, or leave an address, with their last sightings, which their entries state. The
 * observation that resolves a finding is not a sighting of it.
 */
async function withLastSightings(
  tx: Tx,
  findings: readonly Finding[],
  changes: readonly Exclude<Transition, { kind: "open" }>[],
): Promise<Map<number, Finding>> {
  const now = new Map(findings.map((finding) => [finding.id, finding]));
  for (const [kind, all] of Map.groupBy(changes, (change) => change.kind)) {
    if (kind !== "resolve" && kind !== "leave" && kind !== "narrow") continue;
    const ending = all.flatMap(({ finding: { id } }) => now.get(id) ?? []);
    const before = kind === "resolve" ? all[0]?.at : undefined;
    for (const finding of await seenLast(tx, ending, before)) now.set(finding.id, finding);
  }
  return now;
}

async function updateFindings(tx: Tx, findings: readonly Finding[]): Promise<void> {
  if (findings.length === 0) return;
  await sql`
    UPDATE finding SET status = given.status, subject = given.subject, summary = given.summary,
      opened_at = given.opened_at, last_seen_at = given.last_seen_at, resolved_at = given.resolved_at,
      resolution = given.resolution, out_of_scope_at = given.out_of_scope_at,
      out_of_scope_version = given.out_of_scope_version, gap_from = given.gap_from, gap_to = given.gap_to
    FROM ${rowsOf(findings)} WHERE finding.id = given.id`.execute(tx);
}

/** The episode before the present one of each finding that came back. */
async function insertEpisodes(tx: Tx, regressed: readonly Finding[]): Promise<void> {
  const episodes = regressed.flatMap(({ id, earlier = [] }) => {
    const last = earlier.at(-1);
    if (last === undefined) return [];
    return [
      {
        finding_id: id,
        number: earlier.length,
        opened_at: timeText(last.openedAt),
        last_seen_at: timeText(last.lastSeenAt),
        resolved_at: timeText(last.resolvedAt),
        resolution: last.resolution,
        out_of_scope_at: timeText(last.outOfScope?.at),
        out_of_scope_version: last.outOfScope?.version,
      },
    ];
  });
  if (episodes.length === 0) return;
  await sql`
    INSERT INTO finding_episode SELECT * FROM jsonb_populate_recordset(
      NULL::finding_episode, ${JSON.stringify(episodes)}::text::jsonb)`.execute(tx);
}

async function insertEvents(tx: Tx, { opened, regressed, resolved, left, sweepId }: Applied): Promise<void> {
  const events = [
    ...opened.map(({ id, openedAt, summary }) => ({ id, at: timeText(openedAt), status: "new", note: summary })),
    ...regressed.map(({ id, lastSeenAt, summary }) => ({
      id,
      at: timeText(lastSeenAt),
      status: "regressed",
      note: summary,
    })),
    ...resolved.map(({ id, resolvedAt, resolution = "" }) => ({
      id,
      at: timeText(resolvedAt),
      status: "resolved",
      note: resolution,
    })),
    ...left.map(({ id, outOfScope }) => ({
      id,
      at: timeText(outOfScope?.at),
      status: "out-of-scope",
      note: `out of scope since version ${outOfScope?.version ?? "?"}`,
    })),
  ];
  if (events.length === 0) return;
  await sql`
    INSERT INTO finding_event (finding_id, at, status, sweep_id, note)
    SELECT id, at, status, ${sweepId ?? null}::bigint, note
    FROM jsonb_to_recordset(${JSON.stringify(events)}::text::jsonb)
      AS given(id bigint, at timestamptz, status text, note text)
    ORDER BY given.at, given.id`.execute(tx);
}
