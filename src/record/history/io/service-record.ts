import { randomBytes } from "node:crypto";
import { sql } from "kysely";
import { isSameService, type Endpoint, type Instant, type ServiceIdentity } from "../../../model/index.ts";
import type { Tx } from "../../../platform/storage/index.ts";
import type { Change } from "../../change/index.ts";
import { SALT_BYTES, statedIdentity, type ServiceChanges } from "../service-changes.ts";
import { servicesEntries } from "../service-entries.ts";
import { chunksOf, column, instants, milliseconds, timestamp, vantageId } from "./columns.ts";

/** The identity of one endpoint's service; absent: it was sent hellos without result. */
export interface AskedService {
  readonly endpoint: Endpoint;
  readonly at: Instant;
  readonly identity?: ServiceIdentity | undefined;
}

/** Identities per statement: one with a chain of certificates takes some ten kilobytes. */
const IDENTITIES = 1_000;

/**
 * Adds identifications to the history, for endpoints that the record holds open. The same identity only updates
 * `askedAt`; a different one ends the interval and begins the next; one without result ends nothing. Entries state all of it.
 */
export async function recordServices(
  change: Pick<Change, "tx" | "at" | "append">,
  { vantage, sweepId, asked }: { vantage: string; sweepId: number; asked: readonly AskedService[] },
): Promise<void> {
  const { tx } = change;
  const id = await vantageId(tx, vantage);
  if (id === undefined || asked.length === 0) return;
  const decided = decide(asked, await heldBy(tx, id, asked));
  const { again, unanswered, askedAt } = decided;
  await askedAgain(tx, id, again, askedAt, true);
  await askedAgain(tx, id, unanswered, askedAt, false);
  // An interval has to end before the next one begins, or the exclusion constraint refuses the next.
  await endEach(tx, id, sweepId, decided.ended);
  const identified = await beginEach(tx, id, sweepId, decided.began);
  const changes = {
    ...decided,
    identified,
    again: again.map(({ endpoint }) => endpoint),
    unanswered: unanswered.map(({ endpoint }) => endpoint),
  };
  change.append(...servicesEntries({ sweep: sweepId, vantage }, changes, change.at));
}

interface Held {
  readonly id: number;
  readonly since: number | null;
  readonly identity: ServiceIdentity | null;
}

type Began = AskedService & { readonly id: number };
type Again = { readonly endpoint: Endpoint; readonly id: number };
type Ended = ServiceChanges["ended"][number] & { readonly id: number };

/** `held`: of each service, its endpoint and current interval; undefined for endpoints that are not open. */
function decide(asked: readonly AskedService[], held: ReadonlyMap<number, Held>) {
  const [began, again, unanswered, ended]: [Began[], Again[], Again[], Ended[]] = [[], [], [], []];
  let askedAt: Instant = 0;
  for (const [index, each] of asked.entries()) {
    const now = held.get(index);
    if (now === undefined) continue;
    const { endpoint, identity } = each;
    const { id, since } = now;
    if (since === null) {
      began.push({ ...each, id });
      continue;
    }
    // An interval is never empty, even if the clocks of two processes differ.
    const at = Math.max(each.at, since + 1);
    askedAt = Math.max(askedAt, at);
    if (identity === undefined) unanswered.push({ endpoint, id });
    else if (now.identity !== null && isSameService(now.identity, identity)) again.push({ endpoint, id });
    else {
      ended.push({ endpoint, id, since, until: at });
      began.push({ endpoint, id, at, identity });
    }
  }
  return { began, again, unanswered, askedAt, ended };
}

/** By the place in `asked`. Forces one index lookup per endpoint, whatever the planner knows of a young table. */
async function heldBy(tx: Tx, vantage: number, asked: readonly AskedService[]): Promise<ReadonlyMap<number, Held>> {
  const held = new Map<number, Held>();
  for (const rows of chunksOf([...asked.entries()])) {
    const endpoints = rows.map(([, { endpoint }]) => endpoint);
    const found = await sql<Held & { place: number }>`
      SELECT given.place, e.id, s.identity, ${milliseconds(sql`lower(s.during)`)} AS since
      FROM unnest(
        ${column(rows.map(([place]) => place))}::integer[],
        ${column(endpoints.map(({ address }) => address))}::inet[],
        ${column(endpoints.map(({ transport }) => transport))}::text[],
        ${column(endpoints.map(({ port }) => port))}::integer[]
      ) AS given (place, address, transport, port)
      CROSS JOIN LATERAL (
        SELECT id FROM endpoint
        WHERE (address, transport, port) = (given.address, given.transport, given.port) OFFSET 0
      ) AS e
      CROSS JOIN LATERAL (
        SELECT FROM endpoint_interval
        WHERE endpoint_id = e.id AND vantage_id = ${vantage} AND upper_inf(during) AND state = 'open' OFFSET 0
      ) AS i
      LEFT JOIN LATERAL (
        SELECT identity, during FROM service_interval
        WHERE endpoint_id = e.id AND vantage_id = ${vantage} AND upper_inf(during) OFFSET 0
      ) AS s ON true`.execute(tx);
    for (const { place, ...row } of found.rows) held.set(place, row);
  }
  return held;
}

async function askedAgain(
  tx: Tx,
  vantage: number,
  asked: readonly Again[],
  at: Instant,
  isSame: boolean,
): Promise<void> {
  const identifiedAt = isSame ? sql`, identified_at = ${timestamp(at)}` : sql``;
  for (const rows of chunksOf(asked)) {
    await sql`
      UPDATE service_interval SET asked_at = ${timestamp(at)}${identifiedAt}
      WHERE endpoint_id = ANY (${column(rows.map(({ id }) => id))}::bigint[]) AND vantage_id = ${vantage}
        AND upper_inf(during)`.execute(tx);
  }
}

async function endEach(tx: Tx, vantage: number, sweepId: number, ended: readonly Ended[]): Promise<void> {
  for (const rows of chunksOf(ended)) {
    await sql`
      UPDATE service_interval AS s SET during = tstzrange(lower(s.during), given.at), last_sweep = ${sweepId}
      FROM unnest(
        ${column(rows.map(({ id }) => id))}::bigint[], ${instants(rows.map(({ until }) => until))}::timestamptz[]
      ) AS given (id, at)
      WHERE s.endpoint_id = given.id AND s.vantage_id = ${vantage} AND upper_inf(s.during)`.execute(tx);
  }
}

async function beginEach(
  tx: Tx,
  vantage: number,
  sweepId: number,
  began: readonly Began[],
): Promise<ServiceChanges["identified"]> {
  const salted = began.map((each) => ({ ...each, salt: randomBytes(SALT_BYTES) }));
  for (const rows of chunksOf(salted, IDENTITIES)) {
    const identities = rows.map(({ identity }) => (identity === undefined ? undefined : JSON.stringify(identity)));
    await sql`
      INSERT INTO service_interval
        (endpoint_id, vantage_id, identity, salt, during, identified_at, asked_at, first_sweep)
      SELECT given.id, ${vantage}, given.identity, CASE WHEN given.identity IS NOT NULL THEN decode(given.salt, 'hex') END,
        tstzrange(given.at, NULL), CASE WHEN given.identity IS NOT NULL THEN given.at END, given.at, ${sweepId}
      FROM unnest(
        ${column(rows.map(({ id }) => id))}::bigint[],
        ${instants(rows.map(({ at }) => at))}::timestamptz[],
        ${column(rows.map(({ salt }) => salt.toString("hex")))}::text[],
        ${column(identities)}::jsonb[]
      ) AS given (id, at, salt, identity)`.execute(tx);
  }
  return salted.map(({ endpoint, at, identity, salt }) => ({
    endpoint,
    since: at,
    identity: identity === undefined ? undefined : statedIdentity(identity, salt),
  }));
}
