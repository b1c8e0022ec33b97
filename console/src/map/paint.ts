import { CODE_BITS, CODES, INSECURE, isOpen } from "./cells.ts";
import { CELL_HEIGHT, CELL_WIDTH, visibleIn, type Grid, type Viewport } from "./layout.ts";

/** How a cell is drawn. Each has a shape of its own, so that no two differ by colour alone. */
export const KINDS = [
  "empty",
  "unknown",
  "not-open",
  "silent",
  "undecided",
  "authorized",
  "unauthorized",
  "insecure",
  "insecure-unauthorized",
  "opened",
  "closed",
  "became-authorized",
  "lost-authorization",
  "became-unknown",
  "became-known",
] as const;
export type CellKind = (typeof KINDS)[number];

const PLAIN: readonly CellKind[] = CODES.map((code) => {
  switch (code) {
    case "x":
      return "empty";
    case "u":
      return "unknown";
    case "k":
    case "c":
    case "f":
      return "not-open";
    case "s":
    case "r":
      return "silent";
    case "p":
      return "undecided";
    case "a":
      return "authorized";
    case "n":
    case "e":
    case "w":
      return "unauthorized";
  }
});

/** The kind of each of the 64 bytes that a cell can be. */
export const KIND_OF_CELL: readonly CellKind[] = Array.from({ length: 64 }, (_, cell) => {
  const plain = PLAIN[cell & CODE_BITS] ?? "empty";
  if ((cell & INSECURE) === 0 || !isOpen(cell)) return plain;
  return plain === "unauthorized" ? "insecure-unauthorized" : "insecure";
});

/** The kind of each difference between two instants, by its position in DIFFERENCES. */
export const KIND_OF_DIFFERENCE: readonly CellKind[] = [
  "empty",
  "opened",
  "closed",
  "became-authorized",
  "lost-authorization",
  "became-unknown",
  "became-known",
];

export interface Palette {
  readonly surface: string;
  readonly sunken: string;
  readonly line: string;
  readonly ink: string;
  readonly open: string;
  readonly closed: string;
  readonly unknown: string;
  readonly bad: string;
  readonly warn: string;
  readonly good: string;
}

/** The part of a canvas context that is drawn with. */
export type Context = Pick<
  CanvasRenderingContext2D,
  | "fillRect"
  | "beginPath"
  | "moveTo"
  | "lineTo"
  | "stroke"
  | "fill"
  | "closePath"
  | "save"
  | "restore"
  | "rect"
  | "clip"
  | "arc"
  | "strokeRect"
  | "translate"
> & {
  fillStyle: CanvasRenderingContext2D["fillStyle"];
  strokeStyle: CanvasRenderingContext2D["strokeStyle"];
  lineWidth: number;
  globalAlpha: number;
};

/** Draws one cell with its upper left corner at the origin. */
export function drawCell(context: Context, kind: CellKind, palette: Palette): void {
  const [width, height] = [CELL_WIDTH, CELL_HEIGHT];
  const box = { x: 3, y: 4, size: width - 7 };
  context.fillStyle = kind === "empty" ? palette.sunken : palette.surface;
  context.fillRect(0, 0, width, height);
  context.fillStyle = palette.line;
  context.fillRect(0, height - 1, width, 1);
  context.fillRect(width - 1, 0, 1, height);
  const square = (colour: string): void => {
    context.fillStyle = colour;
    context.fillRect(box.x, box.y, box.size, box.size + 2);
  };
  const lines = (
    colour: string,
    weight: number,
    points: readonly (readonly [number, number, number, number])[],
  ): void => {
    context.strokeStyle = colour;
    context.lineWidth = weight;
    context.beginPath();
    for (const [x, y, toX, toY] of points) {
      context.moveTo(x, y);
      context.lineTo(toX, toY);
    }
    context.stroke();
  };
  const [left, top, right, bottom] = [box.x, box.y, box.x + box.size, box.y + box.size + 2];
  const middle = { x: (left + right) / 2, y: (top + bottom) / 2 };
  const cross = (colour: string): void =>
    lines(colour, 2, [
      [left + 2, top + 3, right - 2, bottom - 3],
      [right - 2, top + 3, left + 2, bottom - 3],
    ]);
  const triangle = (colour: string, upwards: boolean): void => {
    const [tip, base] = upwards ? [top, bottom] : [bottom, top];
    context.fillStyle = colour;
    context.beginPath();
    context.moveTo(middle.x, tip);
    context.lineTo(right, base);
    context.lineTo(left, base);
    context.closePath();
    context.fill();
  };
  const hatch = (colour: string): void => {
    context.save();
    context.beginPath();
    context.rect(0, 0, width - 1, height - 1);
    context.clip();
    // The lines meet those of the cell beside it, so that a gap reads as one area.
    const points: [number, number, number, number][] = [];
    for (let at = -height; at < width; at += 6) points.push([at, height, at + height, 0]);
    lines(colour, 1.6, points);
    context.restore();
  };
  const corner = (): void => {
    context.fillStyle = palette.surface;
    context.beginPath();
    context.moveTo(right - 8, top);
    context.lineTo(right, top);
    context.lineTo(right, top + 8);
    context.closePath();
    context.fill();
    context.fillStyle = palette.warn;
    context.beginPath();
    context.moveTo(right - 5, top - 1);
    context.lineTo(right + 1, top - 1);
    context.lineTo(right + 1, top + 5);
    context.closePath();
    context.fill();
  };
  switch (kind) {
    case "empty":
      return;
    case "unknown":
    case "became-unknown":
      hatch(palette.unknown);
      if (kind === "became-unknown") cross(palette.ink);
      return;
    case "not-open":
      context.fillStyle = palette.closed;
      context.fillRect(middle.x - 1, middle.y - 1, 2, 2);
      return;
    case "silent":
      context.fillStyle = palette.unknown;
      context.fillRect(middle.x - 4, middle.y - 1, 2, 2);
      context.fillRect(middle.x + 2, middle.y - 1, 2, 2);
      return;
    case "undecided":
      context.strokeStyle = palette.open;
      context.lineWidth = 2;
      context.strokeRect(left + 1, top + 1, box.size - 2, box.size);
      return;
    case "authorized":
      square(palette.open);
      return;
    case "insecure":
      square(palette.open);
      corner();
      return;
    case "unauthorized":
    case "insecure-unauthorized":
      square(palette.bad);
      cross(palette.surface);
      if (kind === "insecure-unauthorized") corner();
      return;
    case "opened":
      triangle(palette.bad, true);
      return;
    case "closed":
      triangle(palette.open, false);
      return;
    case "became-authorized":
      lines(palette.good, 2.5, [
        [left, middle.y, middle.x - 1, bottom - 2],
        [middle.x - 1, bottom - 2, right, top + 1],
      ]);
      return;
    case "lost-authorization":
      cross(palette.bad);
      return;
    case "became-known":
      context.strokeStyle = palette.good;
      context.lineWidth = 2;
      context.beginPath();
      context.arc(middle.x, middle.y, 4.5, 0, 7);
      context.stroke();
      return;
  }
}

/** What is drawn: the map as it is arranged, by line and column. */
export interface Scene extends Grid {
  /** Negative: the heading of a group. */
  readonly rowOf: Int32Array;
  /** By column of cells: the index of its cell in a row, and the vantage point. */
  readonly columnOf: Int32Array;
  readonly vantageOf: Int32Array;
  /** Columns of cells that belong together: one port from several vantage points. */
  readonly together: number;
  readonly width: number;
  readonly sides: readonly Uint8Array[];
  readonly kinds: readonly CellKind[];
  /** By byte; 0 is drawn faint. */
  readonly matches: Uint8Array;
}

/** A run of cells of one line that look alike. */
export interface Run {
  readonly line: number;
  readonly column: number;
  readonly cells: number;
  readonly kind: CellKind | "heading";
  readonly isFaint: boolean;
}

/** The runs of the visible cells: there are far fewer of them than cells. */
export function* runsIn(scene: Scene, viewport: Viewport): Generator<Run> {
  const { firstLine, lastLine, firstColumn, lastColumn } = visibleIn(viewport, scene);
  for (let line = firstLine; line < lastLine; line += 1) {
    const row = scene.rowOf[line] ?? -1;
    if (row < 0) {
      yield { line, column: firstColumn, cells: lastColumn - firstColumn, kind: "heading", isFaint: false };
      continue;
    }
    const from = row * scene.width;
    let start = firstColumn;
    let before = -1;
    for (let column = firstColumn; column <= lastColumn; column += 1) {
      const cell =
        column === lastColumn
          ? -1
          : (scene.sides[scene.vantageOf[column] ?? 0]?.[from + (scene.columnOf[column] ?? 0)] ?? 0);
      if (cell === before) continue;
      if (before >= 0)
        yield {
          line,
          column: start,
          cells: column - start,
          kind: scene.kinds[before] ?? "empty",
          isFaint: scene.matches[before] === 0,
        };
      start = column;
      before = cell;
    }
  }
}

/** Draws the viewport: one filled rectangle for each run. `patternOf` repeats the drawing of a cell. */
export function paint(
  context: Context,
  scene: Scene,
  viewport: Viewport,
  palette: Palette,
  patternOf: (kind: CellKind, isFaint: boolean) => CanvasRenderingContext2D["fillStyle"],
): void {
  context.fillStyle = palette.surface;
  context.fillRect(0, 0, viewport.width, viewport.height);
  context.save();
  context.translate(-viewport.left, -viewport.top);
  for (const { line, column, cells, kind, isFaint } of runsIn(scene, viewport)) {
    const isHeading = kind === "heading";
    context.fillStyle = isHeading ? palette.sunken : patternOf(kind, isFaint);
    const width = isHeading ? Math.max(viewport.width, cells * CELL_WIDTH) : cells * CELL_WIDTH;
    context.fillRect(column * CELL_WIDTH, line * CELL_HEIGHT, width, CELL_HEIGHT);
  }
  if (scene.together > 1) {
    const { firstColumn, lastColumn } = visibleIn(viewport, scene);
    context.fillStyle = palette.closed;
    for (let column = firstColumn; column <= lastColumn; column += 1)
      if (column % scene.together === 0 && column > 0)
        context.fillRect(
          column * CELL_WIDTH - 1,
          viewport.top,
          1,
          Math.min(viewport.height, scene.lines * CELL_HEIGHT - viewport.top),
        );
  }
  context.restore();
}
