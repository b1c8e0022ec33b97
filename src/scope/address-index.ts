import { membersOf, type AddressSet } from "./address-set.ts";
import { parseAddress } from "./address.ts";

/** Which of many sets hold an address: one search, however many sets there are. */
export interface AddressIndex {
  /** The places of the sets that hold it, in ascending order; empty for text that is not an address. */
  placesOf(address: string): readonly number[];
  /** For each set, the places of the earlier ones that it shares addresses with, in ascending order. */
  readonly sharing: readonly (readonly number[])[];
}

/** Neighbouring addresses that are in the same sets. */
interface Stretch<N> {
  readonly first: N;
  readonly last: N;
  readonly places: readonly number[];
}

export function addressIndex(sets: readonly AddressSet[]): AddressIndex {
  const members = sets.map(membersOf);
  const v4 = stretchesOf(
    members.flatMap((each, place) => each.v4.map(([first, last]) => ({ first, after: last + 1, place }))),
    (value) => value - 1,
  );
  const v6 = stretchesOf(
    members.flatMap((each, place) => each.v6.map(([first, last]) => ({ first, after: last + 1n, place }))),
    (value) => value - 1n,
  );
  return {
    placesOf(address) {
      const parsed = parseAddress(address);
      if (parsed === undefined) return [];
      return (parsed.family === 4 ? stretchOf(v4, parsed.value) : stretchOf(v6, parsed.value))?.places ?? [];
    },
    sharing: sharingIn([...v4, ...v6], sets.length),
  };
}

function stretchesOf<N extends number | bigint>(
  spans: readonly { readonly first: N; readonly after: N; readonly place: number }[],
  previous: (value: N) => N,
): Stretch<N>[] {
  const edges = spans.flatMap(({ first, after, place }) => [
    { at: first, place, enters: true },
    { at: after, place, enters: false },
  ]);
  edges.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  const stretches: Stretch<N>[] = [];
  const inside = new Set<number>();
  for (const [index, { at, place, enters }] of edges.entries()) {
    if (enters) inside.add(place);
    else inside.delete(place);
    const next = edges[index + 1];
    if (next === undefined || next.at === at || inside.size === 0) continue;
    stretches.push({ first: at, last: previous(next.at), places: [...inside].sort((a, b) => a - b) });
  }
  return stretches;
}

function stretchOf<N extends number | bigint>(stretches: readonly Stretch<N>[], value: N): Stretch<N> | undefined {
  let low = 0;
  let high = stretches.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const stretch = stretches[middle] as Stretch<N>;
    if (value < stretch.first) high = middle - 1;
    else if (value > stretch.last) low = middle + 1;
    else return stretch;
  }
  return undefined;
}

function sharingIn(stretches: readonly Stretch<unknown>[], sets: number): number[][] {
  const sharing = Array.from({ length: sets }, () => new Set<number>());
  for (const { places } of stretches) {
    for (const [at, place] of places.entries()) for (const earlier of places.slice(0, at)) sharing[place]?.add(earlier);
  }
  return sharing.map((earlier) => [...earlier].sort((a, b) => a - b));
}
