/** Codes of cells, one letter each, as runs: `c67a` is 67 times `c` and one `a`. */
export function runsOf(codes: Iterable<string>): string {
  let text = "";
  let before = "";
  let length = 0;
  const end = (): void => {
    if (length > 0) text += length === 1 ? before : `${before}${length}`;
  };
  for (const code of codes) {
    if (code === before) length += 1;
    else {
      end();
      before = code;
      length = 1;
    }
  }
  end();
  return text;
}

/** Ascending numbers as `0-4,9`. */
export function spansText(numbers: readonly number[]): string {
  const spans: [number, number][] = [];
  for (const each of numbers) {
    const before = spans.at(-1);
    if (before !== undefined && each === before[1] + 1) before[1] = each;
    else spans.push([each, each]);
  }
  return spans.map(([first, last]) => (first === last ? String(first) : `${first}-${last}`)).join(",");
}

/** Texts by number: each distinct one is kept once. */
export function createDictionary(): { readonly texts: readonly string[]; indexOf(text: string): number } {
  const texts: string[] = [];
  const known = new Map<string, number>();
  return {
    texts,
    indexOf(text) {
      let index = known.get(text);
      if (index === undefined) {
        index = texts.push(text) - 1;
        known.set(text, index);
      }
      return index;
    },
  };
}
