import { hash } from "node:crypto";

/** An item of a population, under the name by which anybody finds it again in the record. */
export interface Item {
  readonly key: string;
}

export interface Drawn<Each extends Item> {
  readonly item: Each;
  /** SHA-256 in hex of the seed, a line feed and the key: what the draw is sorted by. */
  readonly hash: string;
}

/** SHA-256 in hex of the UTF-8 of a seed, a line feed and a key. Redo it: `printf '%s\n%s' SEED KEY | sha256sum`. */
export function drawHash(seed: string, key: string): string {
  return hash("sha256", `${seed}\n${key}`, "hex");
}

/**
 * A sample without replacement: the `size` items with the smallest hashes, in that order. Anyone who knows the seed and the
 * keys gets the same items, whatever the order of the population. Nobody can choose the items without choosing the seed,
 * so the auditor gives it, after the population stands. A larger sample with the same seed begins with the smaller one.
 */
export function draw<Each extends Item>(population: readonly Each[], size: number, seed: string): Drawn<Each>[] {
  const items = new Map(population.map((item) => [item.key, item]));
  return [...items.values()]
    .map((item) => ({ item, hash: drawHash(seed, item.key) }))
    .toSorted((a, b) => (a.hash < b.hash ? -1 : 1))
    .slice(0, size);
}

/** Identifies a population: SHA-256 in hex of its keys, sorted by their UTF-16 units, each with a line feed. */
export function populationDigest(population: readonly Item[]): string {
  const keys = [...new Set(population.map(({ key }) => key))].toSorted((a, b) => (a < b ? -1 : 1));
  return hash("sha256", keys.map((key) => `${key}\n`).join(""), "hex");
}
