/** Additions and removals between two observations of the same things. */
export interface Changes<T> {
  readonly appeared: readonly T[];
  readonly vanished: readonly T[];
}

/** The differences by key; undefined when there is none. Several things of one key are one. */
export function changesBetween<T>(
  before: ReadonlyMap<string, T>,
  after: ReadonlyMap<string, T>,
): Changes<T> | undefined {
  const appeared = [...after].flatMap(([key, each]) => (before.has(key) ? [] : [each]));
  const vanished = [...before].flatMap(([key, each]) => (after.has(key) ? [] : [each]));
  return appeared.length + vanished.length === 0 ? undefined : { appeared, vanished };
}

export function byKey<T>(things: Iterable<T>, keyOf: (thing: T) => string): Map<string, T> {
  return new Map(Array.from(things, (thing) => [keyOf(thing), thing] as const));
}
