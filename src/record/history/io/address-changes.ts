import { formatInstant, type EntryOf, type Instant } from "../../../model/index.ts";
import type { Change } from "../../change/index.ts";
import { binding } from "../../evidence/index.ts";
import {
  formatRange,
  recordAssetAddresses,
  settleAssetAddresses,
  type AssetAddresses,
  type ResolvedScope,
} from "../../../scope/index.ts";
import { inBatches } from "../entry-batches.ts";

/** Records which addresses the assets have from an instant on, with the entries for those that changed. */
export async function recordAddresses(
  change: Change,
  resolved: Pick<ResolvedScope, "declared">,
  from: Instant,
): Promise<void> {
  change.append(...entriesFor(await recordAssetAddresses(change.tx, resolved, from), change.at));
}

/** The latest addresses stay in force when the clock was set back, with their entries. */
export async function settleAddresses(change: Change, from: Instant): Promise<void> {
  const { settled, removed } = await settleAssetAddresses(change.tx, from);
  change.append(...entriesFor(settled, change.at, removed));
}

function entriesFor(
  changed: readonly AssetAddresses[],
  at: Instant,
  removed: readonly Omit<AssetAddresses, "ranges">[] = [],
): EntryOf<"addresses-changed">[] {
  const changes = changed.map(
    ({ asset, from, ranges }) => [asset, formatInstant(from), ranges.map(formatRange)] as const,
  );
  const gone = removed.map(({ asset, from }) => [asset, formatInstant(from)] as const);
  return inBatches({ changes, removed: gone }).map(({ changes: listed, removed: left }) => ({
    type: "addresses-changed",
    at,
    data: { changes: listed, ...(left.length === 0 ? {} : { removed: left }) },
  }));
}

/** Which addresses an asset had from when on: answers about a name rest on it. */
export const addressBinding = binding({
  table: "asset_address",
  types: ["addresses-changed"],
  key: ["asset", "valid_from"],
  columns: { ranges: "ranges" },
  states: ({ data: { changes, removed = [] } }) => [
    ...changes.map(([asset, from, ranges]) => ({ row: addressesOf(asset, from), fields: { ranges } })),
    ...removed.map(([asset, from]) => ({ row: addressesOf(asset, from), fields: "gone" as const })),
  ],
  async *rows(db) {
    const rows = await db.selectFrom("asset_address").selectAll().orderBy("asset").orderBy("valid_from").execute();
    for (const { asset, valid_from: from, ranges } of rows) {
      yield {
        row: addressesOf(asset, formatInstant(from.getTime())),
        fields: { ranges: ranges.map(formatRange) },
      };
    }
  },
});

function addressesOf(asset: string, from: string): string {
  return `the addresses of ${asset} from ${from}`;
}
