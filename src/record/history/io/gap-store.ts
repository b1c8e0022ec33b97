import { sql } from "kysely";
import { type Duration, Fault, formatInstant, type Period } from "../../../model/index.ts";
import type { Db } from "../../../platform/storage/index.ts";
import { assetGaps, type AssetGaps, type AssetView } from "../assets.ts";
import { type Block, domainOf, domainSize, type Domain, type KeyRange } from "../blocks.ts";
import { type Beginning, type Extent, type ExtentWindow, remainingGaps, type Uncovered, uncovered } from "../gaps.ts";
import { rangesOfAssets } from "./as-of-store.ts";
import { knownSince, mostApart } from "../known.ts";
import type { Piece } from "../spans.ts";
import { column, milliseconds, timestamp, vantageId } from "./columns.ts";
import { blocksOfSets } from "./coverage-store.ts";
import { beginningsIn, endpointCount } from "./interval-store.ts";
import { trustedCoverage } from "./trusted-coverage.ts";

interface GapQuery extends Period {
  readonly vantage: string;
  readonly assets: readonly AssetView[];
}

/**
 * For each asset, in order, the parts of the period in which some required endpoint was not known. Several sweeps
 * together may cover an asset. An asset without addresses is a gap for the whole period.
 */
export async function gapsIn(db: Db, query: GapQuery): Promise<AssetGaps[]> {
  const period = { from: query.from, to: query.to };
  const vantage = await vantageId(db, query.vantage);
  const answers: AssetGaps[] = [];
  for (const { asset, domain, stretches } of await uncoveredIn(db, vantage, query)) {
    const { subject, staleness } = asset;
    const beginnings = vantage === undefined ? [] : await decisiveBeginnings(db, vantage, asset, stretches);
    const dark = stretches.filter(({ missing }) => missing.size >= domainSize(domain));
    answers.push(assetGaps(subject, period, remainingGaps(stretches, beginnings, staleness), dark));
  }
  return answers;
}

/** How many of the required endpoints of an asset coverage knew: all of them outside the stretches. */
export interface AssetKnown {
  readonly endpoints: number;
  readonly stretches: readonly (Period & { readonly known: number })[];
}

/** For each asset, in order. Beginnings of intervals between two sweeps are left out. */
export async function knownIn(db: Db, query: GapQuery): Promise<AssetKnown[]> {
  return (await uncoveredIn(db, await vantageId(db, query.vantage), query)).map(({ domain, stretches }) => {
    const endpoints = domainSize(domain);
    return {
      endpoints,
      stretches: stretches.map(({ from, to, missing }) => ({ from, to, known: endpoints - missing.size })),
    };
  });
}

/** When coverage knew none of some endpoints of an asset, and of which of its addresses and ports. */
export interface AssetUnknown {
  readonly asset: AssetView;
  readonly stretches: readonly (Period & { readonly missing: readonly Block<Piece>[] })[];
}

/** For each asset, in order. Beginnings of intervals between two sweeps are left out, as in {@link knownIn}. */
export async function unknownIn(db: Db, query: GapQuery): Promise<AssetUnknown[]> {
  return (await uncoveredIn(db, await vantageId(db, query.vantage), query)).map(({ asset, stretches }) => ({
    asset,
    stretches: stretches.map(({ from, to, missing }) => ({ from, to, missing: missing.blocks })),
  }));
}

/** The stretches in which coverage leaves part of each asset out; `vantage`: its number, if anything was seen from it. */
async function uncoveredIn(
  db: Db,
  vantage: number | undefined,
  { from, to, assets }: GapQuery,
): Promise<{ readonly asset: AssetView; readonly domain: Domain; readonly stretches: readonly Uncovered[] }[]> {
  const period = { from, to };
  if (!(from < to)) {
    throw new Fault("config-invalid", `The period from ${formatInstant(from)} to ${formatInstant(to)} is empty.`, {
      next: "Give an end that is later than the beginning.",
    });
  }
  const windows = new Map<Duration, ExtentWindow[]>();
  for (const { staleness } of assets) {
    if (vantage === undefined || windows.has(staleness)) continue;
    windows.set(staleness, await extentWindows(db, { vantage, period, staleness }));
  }
  const seen = new Set([...windows.values()].flat().map((window) => window.extent));
  const extents = await readExtents(db, seen, rangesOfAssets(assets));
  return assets.map((asset) => {
    const domain = domainOf(asset.addresses, asset.ports);
    return { asset, domain, stretches: uncovered(period, domain, extents, windows.get(asset.staleness) ?? []) };
  });
}

/**
 * The windows in which each extent counts as known. The database joins sweeps that follow each other closely enough: a
 * year of sweeps every minute comes back as two rows, its beginning and its end.
 */
async function extentWindows(
  db: Db,
  query: { vantage: number; period: Period; staleness: Duration },
): Promise<ExtentWindow[]> {
  const { period, staleness } = query;
  const apart = sql`${`${mostApart(staleness)} milliseconds`}::text::interval`;
  const { rows } = await sql<{ extent: string; at: number; begins: boolean; ends: boolean }>`
    SELECT extent, ${milliseconds(sql`covered_to`)} AS at, begins, ends
    FROM (
      SELECT extent, covered_to,
        coalesce(covered_to - lag(covered_to) OVER looks > ${apart}, true) AS begins,
        coalesce(lead(covered_to) OVER looks - covered_to > ${apart}, true) AS ends
      FROM (
        SELECT DISTINCT s.extent, c.covered_to
        FROM ${trustedCoverage(query.vantage)} AS c JOIN coverage_set AS s ON s.id = c.set_id
        WHERE c.covered_to >= ${timestamp(period.from - staleness)} AND c.covered_to < ${timestamp(period.to)}
      ) AS look
      WINDOW looks AS (PARTITION BY extent ORDER BY covered_to)
    ) AS edge
    WHERE begins OR ends
    ORDER BY extent, covered_to`.execute(db);
  const windows: ExtentWindow[] = [];
  let from = 0;
  for (const { extent, at, begins, ends } of rows) {
    if (begins) from = at;
    if (ends) windows.push({ extent, from, through: knownSince(at, staleness).through });
  }
  return windows;
}

/** One coverage set represents all with the same extent. */
async function readExtents(db: Db, extents: ReadonlySet<string>, ranges: readonly KeyRange[]): Promise<Extent[]> {
  const { rows } = await sql<{ id: number; extent: string }>`
    SELECT DISTINCT ON (extent) id, extent FROM coverage_set
    WHERE extent = ANY (${column(extents)}::text[]) ORDER BY extent, id`.execute(db);
  const blocks = await blocksOfSets(
    db,
    rows.map((row) => row.id),
    ranges,
  );
  return rows.map((row) => ({ id: row.extent, blocks: blocks.get(row.id) ?? [] }));
}

/**
 * Beginnings of intervals that can close a stretch. Intervals are read only if no more endpoints are missing than were
 * ever open there, which is rare.
 */
async function decisiveBeginnings(
  db: Db,
  vantage: number,
  { addresses, staleness }: AssetView,
  stretches: readonly Uncovered[],
): Promise<Beginning[]> {
  const { ranges } = domainOf(addresses, { tcp: [], udp: [] });
  if (ranges.length === 0 || stretches.length === 0) return [];
  const most = stretches.reduce((size, { missing }) => Math.max(size, missing.size), 0);
  const tracked = await endpointCount(db, ranges, Math.min(most, 2 ** 31));
  const decisive = stretches.filter(({ missing }) => missing.size <= tracked);
  const [first, last] = [decisive.at(0), decisive.at(-1)];
  if (first === undefined || last === undefined) return [];
  return await beginningsIn(db, { vantage, from: first.from, to: last.to, staleness, ranges });
}
