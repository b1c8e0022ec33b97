import type { Asset } from "../model/index.ts";
import { addressSet, type AddressRange } from "./address-set.ts";
import type { Lookup } from "./resolve.ts";

/** An asset with more addresses than this cannot be the result of a name lookup. */
const MOST = 256;

/**
 * Resolves names to the last recorded addresses of their assets; `otherwise` resolves names of no recorded asset. An
 * asset of several names has all of its addresses under each of them.
 */
export function recordedLookup(
  assets: readonly Asset[],
  recorded: ReadonlyMap<string, readonly AddressRange[]>,
  otherwise: Lookup,
): Lookup {
  return async (name) => {
    const known = assets.filter((asset) => asset.addresses.includes(name) && recorded.has(asset.name));
    if (known.length === 0) return await otherwise(name);
    return known.flatMap((asset) => {
      const set = addressSet(recorded.get(asset.name) ?? []);
      return set.size > MOST ? [] : Array.from({ length: set.size }, (_, index) => set.at(index));
    });
  };
}
