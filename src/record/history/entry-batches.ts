/** Characters of JSON per entry. An entry has at most a mebibyte, and a character takes up to three bytes. */
const MOST_CHARACTERS = 250_000;

/** Spreads the lists of an entry over as many entries as they need, in order; none for empty lists. */
export function inBatches<Lists extends { readonly [name: string]: readonly unknown[] }>(lists: Lists): Lists[] {
  const batches: { [name: string]: unknown[] }[] = [];
  let room = 0;
  for (const [name, items] of Object.entries(lists)) {
    for (const item of items) {
      const size = JSON.stringify(item).length + 1;
      let last = batches.at(-1);
      if (last === undefined || size > room) {
        last = Object.fromEntries(Object.keys(lists).map((each) => [each, []]));
        batches.push(last);
        room = MOST_CHARACTERS;
      }
      last[name]?.push(item);
      room -= size;
    }
  }
  return batches as unknown as Lists[];
}
