import { sql } from "kysely";
import type { Duration, Instant } from "../../../model/index.ts";
import type { Db } from "../../../platform/storage/index.ts";
import { addressSet } from "../../../scope/index.ts";
import { domainOf } from "../blocks.ts";
import { isSeenIn, type Sight } from "../last-seen.ts";
import { milliseconds, timestamp, vantageId } from "./columns.ts";
import { layersAt } from "./coverage-store.ts";
import { trustedCoverage } from "./trusted-coverage.ts";

const DAY: Duration = 86_400_000;

/** How far back to read at a time: nearly everything was seen again within the hour. */
const DEPTHS: readonly Duration[] = [DAY / 24, DAY, 30 * DAY, Infinity];

/** A fact, and the time from which on it may have been seen again. */
export interface Sought {
  readonly sight: Sight;
  readonly after: Instant;
}

/**
 * When a vantage point last saw each fact, in trusted coverage that ended later than `after`, and before `before` if
 * that is given; undefined where it did not. In the order of `sought`.
 */
export async function lastSeen(
  db: Db,
  query: { readonly vantage: string; readonly sought: readonly Sought[]; readonly before?: Instant | undefined },
): Promise<(Instant | undefined)[]> {
  const seen: (Instant | undefined)[] = query.sought.map(() => undefined);
  const vantage = await vantageId(db, query.vantage);
  const newest = vantage === undefined ? undefined : await latestBefore(db, vantage, query.before);
  if (vantage === undefined || newest === undefined) return seen;
  let until = newest;
  for (const depth of DEPTHS) {
    const open = query.sought.flatMap(({ sight, after }, index) =>
      seen[index] === undefined && after < until && sight.addresses.length > 0 ? [{ index, sight, after }] : [],
    );
    if (open.length === 0) break;
    const oldest = open.reduce((least, { after }) => Math.min(least, after + 1), until);
    const from = Math.max(oldest, newest - depth);
    const addresses = addressSet(
      open.flatMap(({ sight }) => sight.addresses.map((each) => ({ first: each, last: each }))),
    );
    const { ranges } = domainOf(addresses, { tcp: [], udp: [] });
    const layers = await layersAt(db, { vantage, at: until, oldest: until - from, ranges });
    for (const { index, sight, after } of open) {
      seen[index] = layers.find(({ lookedAt, blocks }) => lookedAt > after && isSeenIn(blocks, sight))?.lookedAt;
    }
    until = from - 1;
  }
  return seen;
}

async function latestBefore(db: Db, vantage: number, before: Instant | undefined): Promise<Instant | undefined> {
  const { rows } = await sql<{ at: number | null }>`
    SELECT ${milliseconds(sql`max(covered_to)`)} AS at FROM ${trustedCoverage(vantage)} AS seen
    ${before === undefined ? sql`` : sql`WHERE covered_to < ${timestamp(before)}`}`.execute(db);
  return rows[0]?.at ?? undefined;
}
