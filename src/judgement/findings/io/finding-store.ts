import { sql, type RawBuilder } from "kysely";
import { Fault, type Deviation, type Finding, type FindingStatus, type Instant } from "../../../model/index.ts";
import { vantagePointId, type Db, type Tables, type Tx } from "../../../platform/storage/index.ts";
import type { Applied } from "../entries.ts";
import { afterTransition, transitions as transitionsOf, type Transition } from "../life.ts";
import { readDeviating, storedSubject } from "../stored-subject.ts";

/**
 * Records transitions; the number of statements does not depend on how many they are. Changes that another transaction
 * made since a finding was read are taken into account: a transition that no longer fits is left out, and a finding
 * that the other one opened first stays as it was opened.
 */
export async function applyTransitions(
  tx: Tx,
  transitions: readonly Transition[],
  context: { readonly sweepId?: number | undefined; readonly vantage: string },
): Promise<Applied> {
  const { sweepId } = context;
  const opened = await insertFindings(tx, transitions, context);
  const current = await rebase(tx, transitions, context.vantage);
  const changed = current.map((transition) => ({ kind: transition.kind, finding: afterTransition(transition, 0) }));
  await updateFindings(
    tx,
    changed.map(({ finding }) => finding),
  );
  const of = (kind: Transition["kind"]): Finding[] =>
    changed.filter((each) => each.kind === kind).map(({ finding }) => finding);
  const applied: Applied = {
    opened,
    regressed: of("regress"),
    resolved: of("resolve"),
    seen: of("see"),
    ...(sweepId === undefined ? {} : { sweepId }),
  };
  await insertEvents(tx, applied);
  return applied;
}

/** Findings, open ones first, then the newest first: by the time they were opened, or resolved. */
export async function listFindings(
  db: Db,
  query: { readonly status?: readonly FindingStatus[] | undefined; readonly vantage?: string | undefined } = {},
): Promise<Finding[]> {
  let rows = selectFindings(db)
    .orderBy(sql`finding.status = 'resolved'`)
    .orderBy(sql`coalesce(finding.resolved_at, finding.opened_at)`, "desc")
    .orderBy("finding.id", "desc");
  if (query.status !== undefined) {
    if (query.status.length === 0) return [];
    rows = rows.where("finding.status", "in", query.status);
  }
  if (query.vantage !== undefined) rows = rows.where("vantage_point.name", "=", query.vantage);
  return (await rows.execute()).map(readFinding);
}

export function selectFindings(db: Db) {
  return db
    .selectFrom("finding")
    .innerJoin("vantage_point", "vantage_point.id", "finding.vantage_id")
    .selectAll("finding")
    .select("vantage_point.name as vantage");
}

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
    status: row.status,
    openedAt: row.opened_at.getTime(),
    lastSeenAt: row.last_seen_at.getTime(),
    ...(row.resolved_at === null ? {} : { resolvedAt: row.resolved_at.getTime() }),
    ...(row.resolution === null ? {} : { resolution: row.resolution }),
    ...(from === undefined && to === undefined
      ? {}
      : { during: { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) } }),
  };
}

function unreadable({ id, kind }: Pick<FindingRow, "id" | "kind">): Fault {
  return new Fault("store-unavailable", `Finding ${id} is stored as ${kind} with a subject that no ${kind} can have.`, {
    place: `table finding, id ${id}`,
    next: "Restore the last backup from before it was changed by hand, or open the record with the newer version that wrote it.",
  });
}

/** The findings of a transaction, written from one parameter: rows as JSON, read back with their column types. */
type FindingJson = { [Column in keyof Omit<Tables["finding"], "vantage_id" | "opened_by_sweep">]: unknown };

const FINDING_COLUMNS = sql`(id bigint, fingerprint text, kind text, subject jsonb, summary text, status text,
  opened_at timestamptz, last_seen_at timestamptz, resolved_at timestamptz, resolution text,
  gap_from timestamptz, gap_to timestamptz)`;

function rowsOf(findings: readonly Finding[]): RawBuilder<unknown> {
  const rows = findings.map((finding): FindingJson => ({
    id: finding.id,
    fingerprint: finding.fingerprint,
    kind: finding.kind,
    subject: storedSubject(finding.subject),
    summary: finding.summary,
    status: finding.status,
    opened_at: timeText(finding.openedAt),
    last_seen_at: timeText(finding.lastSeenAt),
    resolved_at: timeText(finding.resolvedAt),
    resolution: finding.resolution,
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
  { sweepId, vantage }: { readonly sweepId?: number | undefined; readonly vantage: string },
): Promise<Finding[]> {
  // Until the database has numbered it, the id is its index in the list.
  const findings = transitions
    .filter(({ kind }) => kind === "open")
    .map((transition, index) => afterTransition(transition, index));
  if (findings.length === 0) return [];
  const vantageId = await vantagePointId(tx, vantage);
  const { rows } = await sql<{ id: number; fingerprint: string }>`
    INSERT INTO finding (fingerprint, kind, vantage_id, subject, summary, status, opened_at, last_seen_at,
      gap_from, gap_to, opened_by_sweep)
    SELECT fingerprint, kind, ${vantageId}::integer, subject, summary, status, opened_at, last_seen_at,
      gap_from, gap_to, ${sweepId ?? null}::bigint
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
async function rebase(tx: Tx, transitions: readonly Transition[], vantage: string): Promise<Transition[]> {
  const changes = transitions.filter((each) => each.kind !== "open");
  if (changes.length === 0) return [];
  const ids = JSON.stringify(changes.map(({ finding }) => finding.id));
  const locked = await selectFindings(tx)
    .where(sql<boolean>`finding.id IN (SELECT jsonb_array_elements_text(${ids}::text::jsonb)::bigint)`)
    .orderBy("finding.id")
    .forUpdate("finding")
    .execute();
  const now = new Map(locked.map((row) => [row.id, readFinding(row)]));
  return changes.flatMap((change) => {
    const finding = now.get(change.finding.id);
    if (finding === undefined) return [];
    const seen: Deviation[] = change.kind === "resolve" ? [] : [change.deviation];
    const gone = change.kind === "resolve" ? [{ fingerprint: finding.fingerprint, resolution: change.resolution }] : [];
    return transitionsOf([finding], seen, gone, change.at, vantage).filter(({ kind }) => kind !== "open");
  });
}

async function updateFindings(tx: Tx, findings: readonly Finding[]): Promise<void> {
  if (findings.length === 0) return;
  await sql`
    UPDATE finding SET status = given.status, subject = given.subject, summary = given.summary,
      last_seen_at = given.last_seen_at, resolved_at = given.resolved_at, resolution = given.resolution,
      gap_from = given.gap_from, gap_to = given.gap_to
    FROM ${rowsOf(findings)} WHERE finding.id = given.id`.execute(tx);
}

async function insertEvents(tx: Tx, { opened, regressed, resolved, sweepId }: Applied): Promise<void> {
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
  ];
  if (events.length === 0) return;
  await sql`
    INSERT INTO finding_event (finding_id, at, status, sweep_id, note)
    SELECT id, at, status, ${sweepId ?? null}::bigint, note
    FROM jsonb_to_recordset(${JSON.stringify(events)}::text::jsonb)
      AS given(id bigint, at timestamptz, status text, note text)
    ORDER BY given.at, given.id`.execute(tx);
}
