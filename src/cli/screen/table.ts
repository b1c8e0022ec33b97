import type { Style, Value } from "./style.ts";
import { cells, renderRun, runOf, runWidth, wrapRun, type Run } from "./wrap.ts";

export interface Column {
  readonly title: string;
  readonly align?: "right";
  /** Can be narrowed; its cells then wrap. Other columns keep their width. */
  readonly wraps?: true;
}

const GAP = "  ";
const NARROWEST = 8;

/** Aligned columns within `style.width - indent`. Cells wrap; they are never cut. */
export function tableLines(
  columns: readonly Column[],
  rows: readonly (readonly Value[])[],
  style: Style,
  indent = 2,
): string[] {
  const body = rows.map((row) => columns.map((_column, at) => runOf(row[at] ?? "")));
  const head = columns.map((column) => cells(column.title.toUpperCase(), "faint"));
  const widths = fit(columns, [head, ...body], style.width - indent);
  const lines: string[] = [];
  for (const row of [head, ...body]) {
    const wrapped = row.map((cell, at) => wrapRun(cell, widths[at] ?? NARROWEST));
    const height = Math.max(...wrapped.map((cell) => cell.length));
    for (let line = 0; line < height; line += 1) {
      const texts = columns.map((column, at) => aligned(wrapped[at]?.[line] ?? [], widths[at] ?? 0, column, style));
      lines.push((" ".repeat(indent) + texts.join(GAP)).trimEnd());
    }
  }
  return lines;
}

function fit(columns: readonly Column[], rows: readonly (readonly Run[])[], room: number): number[] {
  const widths = columns.map((_column, at) => Math.max(...rows.map((row) => runWidth(row[at] ?? []))));
  const total = (): number => widths.reduce((sum, width) => sum + width, 0) + GAP.length * (columns.length - 1);
  while (total() > room) {
    // Always narrows the widest column that can wrap, which keeps the columns as even as possible.
    let widest = -1;
    for (const [at, column] of columns.entries()) {
      const width = widths[at] ?? 0;
      if (column.wraps === true && width > NARROWEST && width > (widths[widest] ?? 0)) widest = at;
    }
    if (widest < 0) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

function aligned(run: Run, width: number, column: Column, style: Style): string {
  const padding = " ".repeat(Math.max(0, width - runWidth(run)));
  const text = renderRun(run, style);
  return column.align === "right" ? padding + text : text + padding;
}
