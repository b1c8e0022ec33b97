import { shape, type Drawing } from "./drawing.ts";
import { paintOf, patterns, type Kind } from "./palette.ts";
import type { Layout } from "./timeline.ts";

export interface Day {
  /** YYYY-MM-DD, a calendar day of the period's zone. */
  readonly date: string;
  readonly kind: Kind;
  readonly title: string;
}

export interface CalendarRow {
  readonly label: string;
  readonly days: readonly Day[];
}

const CELL = 14;
const STEP = 16;

/** One cell for each row and day, months named above. Days that no row has are left out of no row: they stay empty. */
export function calendar(rows: readonly CalendarRow[], { width, id, palette, labels = 130 }: Layout): Drawing {
  const dates = [...new Set(rows.flatMap(({ days }) => days.map(({ date }) => date)))].toSorted();
  const step = Math.max(3, Math.min(STEP, (width - labels) / Math.max(1, dates.length)));
  const cell = Math.max(2, step - (step > 6 ? STEP - CELL : 0.5));
  const at = new Map(dates.map((date, index) => [date, labels + index * step]));
  const months = dates.filter((date, index) => index === 0 || date.slice(0, 7) !== dates[index - 1]?.slice(0, 7));
  const counts = new Map<Kind, number>();
  for (const { days } of rows) for (const { kind } of days) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return {
    width: Math.ceil(Math.max(width, labels + dates.length * step)),
    height: 18 + rows.length * (STEP + 4),
    label: `${rows.length} rows of ${dates.length} days: ${[...counts].map(([kind, days]) => `${kind} ${days}`).join(", ")}`,
    shapes: [
      patterns(id, palette),
      ...months
        .filter((date, index) => index === 0 || (at.get(date) ?? 0) - (at.get(months[index - 1] ?? "") ?? 0) > 46)
        .map((date) =>
          shape("text", { x: at.get(date) ?? 0, y: 11, "font-size": 11, fill: palette.soft }, date.slice(0, 7)),
        ),
      ...rows.flatMap(({ label, days }, row) => [
        shape(
          "text",
          { x: labels - 8, y: 18 + row * (STEP + 4) + 11, "text-anchor": "end", "font-size": 12, fill: palette.ink },
          label.length > 18 ? `${label.slice(0, 17)}…` : label,
          shape("title", {}, label),
        ),
        ...days.map(({ date, kind, title }) =>
          shape(
            "rect",
            {
              x: Math.round((at.get(date) ?? 0) * 100) / 100,
              y: 18 + row * (STEP + 4),
              width: Math.round(cell * 100) / 100,
              height: CELL,
              fill: paintOf(kind, id, palette),
              stroke:
                kind === "unknown" || kind === "silent" || kind === "excluded" ? palette.kinds.unknown : undefined,
              "stroke-width": kind === "unknown" || kind === "silent" || kind === "excluded" ? 0.5 : undefined,
              "data-date": date,
              "data-row": row,
            },
            shape("title", {}, title),
          ),
        ),
      ]),
    ],
  };
}
