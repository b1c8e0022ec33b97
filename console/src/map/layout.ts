/** Where things are: pixels of the whole map, from its upper left corner. */

export const CELL_WIDTH = 18;
export const CELL_HEIGHT = 22;

export interface Viewport {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface Grid {
  readonly lines: number;
  /** Columns of cells: ports times the vantage points shown side by side. */
  readonly columns: number;
}

export interface Visible {
  readonly firstLine: number;
  /** Exclusive. */
  readonly lastLine: number;
  readonly firstColumn: number;
  readonly lastColumn: number;
}

export function sizeOf({ lines, columns }: Grid): { readonly width: number; readonly height: number } {
  return { width: columns * CELL_WIDTH, height: lines * CELL_HEIGHT };
}

/** The cells that the viewport shows, the cut ones included. */
export function visibleIn({ left, top, width, height }: Viewport, { lines, columns }: Grid): Visible {
  const between = (value: number, most: number): number => Math.max(0, Math.min(most, value));
  return {
    firstLine: between(Math.floor(top / CELL_HEIGHT), lines),
    lastLine: between(Math.ceil((top + height) / CELL_HEIGHT), lines),
    firstColumn: between(Math.floor(left / CELL_WIDTH), columns),
    lastColumn: between(Math.ceil((left + width) / CELL_WIDTH), columns),
  };
}

/** The cell at a point of the viewport; undefined outside of the map. */
export function cellAt(
  x: number,
  y: number,
  { left, top }: Pick<Viewport, "left" | "top">,
  { lines, columns }: Grid,
): { readonly line: number; readonly column: number } | undefined {
  const line = Math.floor((y + top) / CELL_HEIGHT);
  const column = Math.floor((x + left) / CELL_WIDTH);
  return line >= 0 && line < lines && column >= 0 && column < columns ? { line, column } : undefined;
}

/** Where to scroll so that a cell is wholly in view, moving no further than needed. */
export function scrollTo(
  { line, column }: { readonly line: number; readonly column: number },
  { left, top, width, height }: Viewport,
): { readonly left: number; readonly top: number } {
  const into = (from: number, size: number, start: number, room: number): number =>
    from < start ? from : from + size > start + room ? from + size - room : start;
  return {
    left: into(column * CELL_WIDTH, CELL_WIDTH, left, width),
    top: into(line * CELL_HEIGHT, CELL_HEIGHT, top, height),
  };
}

/** The position after a key; undefined if the key moves nothing. `page`: lines in view. */
export function moved(
  key: string,
  { line, column }: { readonly line: number; readonly column: number },
  { lines, columns }: Grid,
  page: number,
  isMod: boolean,
): { readonly line: number; readonly column: number } | undefined {
  const at = (to: number, across: number) => ({
    line: Math.max(0, Math.min(lines - 1, to)),
    column: Math.max(0, Math.min(columns - 1, across)),
  });
  switch (key) {
    case "ArrowUp":
      return at(line - 1, column);
    case "ArrowDown":
      return at(line + 1, column);
    case "ArrowLeft":
      return at(line, column - 1);
    case "ArrowRight":
      return at(line, column + 1);
    case "PageUp":
      return at(line - page, column);
    case "PageDown":
      return at(line + page, column);
    case "Home":
      return at(isMod ? 0 : line, 0);
    case "End":
      return at(isMod ? lines - 1 : line, columns - 1);
    default:
      return undefined;
  }
}
