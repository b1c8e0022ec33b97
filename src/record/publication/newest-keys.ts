/** Keys of one page of a listing, in ascending order. */
export interface Page {
  readonly keys: readonly string[];
  /** More follow. */
  readonly truncated: boolean;
}

/** Enough to find a place among 10^12 by halves, twice. */
const MOST_PAGES = 90;

/**
 * The newest keys of a log: `PREFIX` and a size of twelve digits. A store lists keys in ascending order only, so the end is
 * looked for by doubling the size and then by halves, instead of reading six years of pages.
 *
 * @param page the keys after a given one, as far as a page goes
 */
export async function newestKeys(
  page: (after: string) => Promise<Page>,
  prefix: string,
  most: number,
): Promise<readonly string[]> {
  let found = await page(prefix);
  let [low, high] = [sizeAt(found, prefix), Infinity];
  for (let pages = 1; found.truncated && low + 1 < high && pages < MOST_PAGES; pages += 1) {
    const middle = high === Infinity ? 2 * low + 1 : Math.floor((low + high) / 2);
    const next = await page(`${prefix}${String(middle).padStart(12, "0")}`);
    if (next.keys.length === 0) high = middle;
    else [found, low] = [next, Math.max(middle, sizeAt(next, prefix))];
  }
  return found.keys.slice(-most);
}

function sizeAt({ keys }: Page, prefix: string): number {
  return Number(/^\d{12,16}/.exec(keys.at(-1)?.slice(prefix.length) ?? "")?.[0] ?? 0);
}
