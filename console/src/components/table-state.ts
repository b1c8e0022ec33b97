/** The sort and the columns of a table as texts for a URL: `-age` sorts by age, the largest first; `asset,owner` are shown. */

export interface ColumnSort {
  readonly id: string;
  readonly desc: boolean;
}

export function readSort(text: string, ids: readonly string[]): ColumnSort[] {
  const desc = text.startsWith("-");
  const id = desc ? text.slice(1) : text;
  return ids.includes(id) ? [{ id, desc }] : [];
}

export function writeSort([first]: readonly ColumnSort[]): string {
  return first === undefined ? "" : `${first.desc ? "-" : ""}${first.id}`;
}

/** Undefined: the text names no column that exists, so the table shows its own. */
export function readColumns(text: string, ids: readonly string[]): ReadonlySet<string> | undefined {
  const named = text.split(",").filter((each) => ids.includes(each));
  return named.length === 0 ? undefined : new Set(named);
}

/** Empty if these are the columns that the table shows by itself. */
export function writeColumns(shown: readonly string[], own: readonly string[]): string {
  return shown.join() === own.join() ? "" : shown.join();
}
