import { count } from "../../model/index.ts";
import { columnsOf, plain } from "./text.ts";
import { paint, type Style, type Tone, type Value } from "./style.ts";

/** One code point and what it means. */
interface Cell {
  readonly point: string;
  readonly tone: Tone;
}

export type Run = readonly Cell[];

/** The only way from a value to the screen; escapes every value. */
export function runOf(value: Value): Run {
  if (typeof value === "number") return cells(count(value), "plain");
  if (typeof value === "string") return cells(plain(value), "plain");
  return cells(plain(value.text), value.tone);
}

/** Text of the program itself. It must not contain a control character either. */
export function cells(text: string, tone: Tone): Run {
  return [...text].map((point) => ({ point, tone }));
}

export function runWidth(run: Run): number {
  return run.reduce((width, cell) => width + columnsOf(cell.point), 0);
}

/** Breaks at blanks, and inside a word only if the word is wider than a line. Drops only the blank at a break. */
export function wrapRun(run: Run, width: number, continued: number = width): Run[] {
  const lines: Run[] = [];
  let rest: Run = run;
  for (;;) {
    const room = Math.max(1, lines.length === 0 ? width : continued);
    const end = fitting(rest, room);
    if (end >= rest.length) {
      lines.push(rest);
      return lines;
    }
    const blank = lastBlank(rest, end);
    if (blank > 0) {
      lines.push(rest.slice(0, blank));
      rest = rest.slice(blank + 1);
    } else {
      lines.push(rest.slice(0, Math.max(1, end)));
      rest = rest.slice(Math.max(1, end));
    }
  }
}

export function renderRun(run: Run, style: Pick<Style, "colour">): string {
  let text = "";
  let piece = "";
  let tone: Tone = "plain";
  for (const cell of run) {
    if (cell.tone !== tone) {
      text += paint(tone, piece, style);
      piece = "";
      tone = cell.tone;
    }
    piece += cell.point;
  }
  return text + paint(tone, piece, style);
}

function fitting(run: Run, width: number): number {
  let used = 0;
  for (const [index, cell] of run.entries()) {
    used += columnsOf(cell.point);
    if (used > width) return index;
  }
  return run.length;
}

/** The last blank at which a line can break: at `end` or before it, and not in the indentation. */
function lastBlank(run: Run, end: number): number {
  const first = run.findIndex((cell) => cell.point !== " ");
  for (let index = end; index > first; index -= 1) if (run[index]?.point === " ") return index;
  return -1;
}
