import { sql } from "kysely";
import type { Instant } from "../../model/index.ts";
import { holdRule, type Db, type Tx } from "../../platform/storage/index.ts";
import { addressSet, type AddressRange, type AddressSet } from "../address-set.ts";
import type { ResolvedScope } from "../resolve.ts";

/** Rows of one INSERT: far from PostgreSQL's limit of 65,535 parameters. */
const BATCH = 5_000;

/** An asset's addresses from an instant on. */
export interface AssetAddresses {
  readonly asset: string;
  readonly from: Instant;
  readonly ranges: readonly AddressRange[];
}

/**
 * Records which addresses every asset has from `at` on: a row for each asset whose addresses changed, an empty one for
 * an asset that left the scope. Returns what changed. A row never precedes an earlier one of the same asset: when
 * the clock was set back, it follows by a millisecond.
 */
export async function recordAssetAddresses(
  tx: Tx,
  resolved: Pick<ResolvedScope, "declared">,
  at: Instant,
): Promise<AssetAddresses[]> {
  await holdRule(tx, "asset-addresses");
  const latest = new Map((await latestRows(tx)).map((row) => [row.asset, row]));
  const current = new Map<string, readonly AddressRange[]>([...latest.keys()].map((asset) => [asset, []]));
  for (const { asset, addresses } of resolved.declared) current.set(asset.name, addresses.ranges);

  const changes = [...current].flatMap(([asset, ranges]): AssetAddresses[] => {
    const before = latest.get(asset);
    if (before !== undefined && sameRanges(before.ranges, ranges)) return [];
    const from = before === undefined ? at : Math.max(at, before.valid_from.getTime() + 1);
    return [{ asset, from, ranges }];
  });
  await insertRows(tx, changes);
  return changes;
}

/**
 * When the clock was set back to `at`: the latest addresses, though recorded with a later time, are in force from `at`
 * on, and every row with a later time is removed: it would outweigh a change that is recorded before that time. Returns
 * both.
 */
export async function settleAssetAddresses(
  tx: Tx,
  at: Instant,
): Promise<{ readonly settled: AssetAddresses[]; readonly removed: Omit<AssetAddresses, "ranges">[] }> {
  await holdRule(tx, "asset-addresses");
  const step = new Date(at);
  const removed = await tx
    .deleteFrom("asset_address")
    .where("valid_from", ">", step)
    .returning(["asset", "valid_from", "ranges"])
    .execute();
  const latest = new Map(
    removed.sort((a, b) => a.valid_from.getTime() - b.valid_from.getTime()).map(({ asset, ranges }) => [asset, ranges]),
  );
  const settled = [...latest].map(([asset, ranges]) => ({ asset, from: at, ranges }));
  await insertRows(tx, settled);
  return { settled, removed: removed.map(({ asset, valid_from: from }) => ({ asset, from: from.getTime() })) };
}

/** A row of the same instant is replaced. */
async function insertRows(tx: Tx, addresses: readonly AssetAddresses[]): Promise<void> {
  const rows = addresses.map(({ asset, from, ranges }) => ({
    asset,
    valid_from: new Date(from),
    ranges: JSON.stringify(ranges),
  }));
  for (let start = 0; start < rows.length; start += BATCH) {
    await tx
      .insertInto("asset_address")
      .values(rows.slice(start, start + BATCH))
      .onConflict((conflict) =>
        conflict.columns(["asset", "valid_from"]).doUpdateSet(({ ref }) => ({ ranges: ref("excluded.ranges") })),
      )
      .execute();
  }
}

/** The addresses every asset known by then had at an instant, without one the latest; an empty list when nothing resolved, or it had left the scope. */
export async function assetAddressesAt(db: Db, at?: Instant): Promise<Map<string, AddressRange[]>> {
  return new Map((await latestRows(db, at)).map(({ asset, ranges }) => [asset, ranges]));
}

/** When the addresses of any asset changed last, until an instant. */
export async function lastAddressChange(db: Db, at?: Instant): Promise<Instant | undefined> {
  let rows = db.selectFrom("asset_address").select((row) => row.fn.max("valid_from").as("last"));
  if (at !== undefined) rows = rows.where("valid_from", "<=", new Date(at));
  return (await rows.executeTakeFirst())?.last?.getTime();
}

/** Every address that an asset had until an instant. */
export async function assetAddressesUntil(db: Db, asset: string, until: Instant): Promise<AddressSet> {
  const rows = await db
    .selectFrom("asset_address")
    .select("ranges")
    .where("asset", "=", asset)
    .where("valid_from", "<=", new Date(until))
    .execute();
  return addressSet(rows.flatMap(({ ranges }) => ranges));
}

/** Every change of the addresses of an asset until an instant, by asset and time. */
export async function assetAddressChanges(
  db: Db,
  until: Instant,
): Promise<{ readonly asset: string; readonly since: Instant; readonly ranges: readonly AddressRange[] }[]> {
  const rows = await db
    .selectFrom("asset_address")
    .selectAll()
    .where("valid_from", "<=", new Date(until))
    .orderBy(sql`asset COLLATE "C"`)
    .orderBy("valid_from")
    .execute();
  return rows.map(({ asset, valid_from: since, ranges }) => ({ asset, since: since.getTime(), ranges }));
}

function latestRows(db: Db, at?: Instant): Promise<{ asset: string; valid_from: Date; ranges: AddressRange[] }[]> {
  let query = db.selectFrom("asset_address").distinctOn("asset").select(["asset", "valid_from", "ranges"]);
  if (at !== undefined) query = query.where("valid_from", "<=", new Date(at));
  return query.orderBy("asset").orderBy("valid_from", "desc").execute();
}

function sameRanges(a: readonly AddressRange[], b: readonly AddressRange[]): boolean {
  return (
    a.length === b.length && a.every((range, index) => range.first === b[index]?.first && range.last === b[index]?.last)
  );
}
