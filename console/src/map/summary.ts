import type { Arranged } from "./arrange.ts";
import { INSECURE, isOpen, isUnauthorized, UNKNOWN, CODE_BITS, type MapCells } from "./cells.ts";

/** The cells of some rows, counted. */
export interface Figures {
  readonly name: string;
  readonly rows: number;
  readonly authorized: number;
  readonly unauthorized: number;
  readonly insecure: number;
  readonly unknown: number;
}

const AUTHORIZED = 8;

/** The visible cells of each group, from all vantage points that are shown; one group if there are none. */
export function figuresOf({ axes, cells }: MapCells, { lines, groups, columns, vantages }: Arranged): Figures[] {
  const width = axes.ports.length;
  const figures: { -readonly [Name in keyof Figures]: Figures[Name] }[] = [];
  const begin = (name: string) =>
    figures.push({ name, rows: 0, authorized: 0, unauthorized: 0, insecure: 0, unknown: 0 });
  if (groups.length === 0) begin("");
  for (const line of lines) {
    if (line < 0) {
      begin(groups[-1 - line]?.name ?? "");
      continue;
    }
    const sum = figures.at(-1);
    if (sum === undefined) continue;
    sum.rows += 1;
    for (const vantage of vantages) {
      const side = cells[vantage];
      if (side === undefined) continue;
      for (const column of columns) {
        const cell = side[line * width + column] ?? 0;
        const code = cell & CODE_BITS;
        if (code === UNKNOWN) sum.unknown += 1;
        else if (code === AUTHORIZED) sum.authorized += 1;
        else if (isUnauthorized(cell)) sum.unauthorized += 1;
        if (isOpen(cell) && (cell & INSECURE) !== 0) sum.insecure += 1;
      }
    }
  }
  return figures;
}
