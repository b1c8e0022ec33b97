import { count } from "../../model/index.ts";
import { commandsAsRunHere } from "../program-name.ts";
import type { Style, Value } from "./style.ts";
import { tableLines, type Column } from "./table.ts";
import { plain } from "./text.ts";
import { cells, renderRun, runOf, wrapRun, type Run } from "./wrap.ts";

/** Rows that a list shows; it counts the others. */
export const MOST_ROWS = 50;

export interface TableContent {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Value[])[];
}

/** A text for a person, built line by line. It escapes the values in it, and is never wider than the style allows. */
export interface Page {
  readonly style: Style;
  /** One paragraph: wrapped, with later lines indented by two more columns than the first. */
  say(parts: TemplateStringsArray, ...values: readonly Value[]): void;
  /** Lines that a program may also read: escaped, but neither wrapped nor cut. */
  verbatim(text: string): void;
  blank(): void;
  /** At most {@link MOST_ROWS} rows, then "and N more (--json shows all)". */
  table(content: TableContent): void;
  /** Counts the items after {@link MOST_ROWS} for lists that are not tables. */
  rest(length: number): void;
  /** The whole text; ends in a line feed unless it is empty. */
  text(): string;
}

export function createPage(style: Style): Page {
  const lines: string[] = [];
  const rest = (length: number, indent: string): void => {
    if (length > MOST_ROWS) lines.push(`${indent}and ${count(length - MOST_ROWS)} more (--json shows all)`);
  };
  return {
    style,
    say(parts, ...values) {
      const run: Run = parts.flatMap((part, at) => {
        const value = values[at];
        const own = cells(commandsAsRunHere(part, style.program), "plain");
        return value === undefined ? own : [...own, ...runOf(value)];
      });
      const indent = Math.max(
        0,
        run.findIndex((cell) => cell.point !== " "),
      );
      const hang = indent + 2;
      const [first = [], ...others] = wrapRun(run, style.width, style.width - hang);
      lines.push(renderRun(first, style).trimEnd());
      for (const line of others) lines.push(" ".repeat(hang) + renderRun(line, style).trimEnd());
    },
    verbatim(text) {
      for (const line of commandsAsRunHere(text, style.program).trimEnd().split("\n")) lines.push(plain(line, 10_000));
    },
    blank() {
      if (lines.length > 0 && lines.at(-1) !== "") lines.push("");
    },
    table({ columns, rows }) {
      lines.push(...tableLines(columns, rows.slice(0, MOST_ROWS), style));
      rest(rows.length, "  ");
    },
    rest: (length) => rest(length, ""),
    text() {
      while (lines.at(-1) === "") lines.pop();
      return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
    },
  };
}
