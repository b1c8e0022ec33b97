import { shape, type Drawing, type Shape } from "./drawing.ts";
import { paintOf, patterns, type Kind, type Palette } from "./palette.ts";
import { timeAxis, timeScale, type TimeRange } from "./time-axis.ts";

export interface Span {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
  readonly kind: Kind;
  /** What the pointer shows, e.g. `open from 09:00 to 11:30`. */
  readonly title?: string;
}

export interface Lane {
  readonly label: string;
  readonly spans: readonly Span[];
}

export interface Timeline extends TimeRange {
  readonly lanes: readonly Lane[];
  /** Marked by a line, e.g. the instant that the page is about. */
  readonly at?: number;
}

export interface Layout {
  readonly width: number;
  /** Begins the ids of its patterns: unique in the document. */
  readonly id: string;
  readonly palette: Palette;
  /** Room for the labels of the lanes. */
  readonly labels?: number;
}

const LANE = 26;
const BAR = 16;
/** Narrower, a span could not be seen: what is unknown or bad never vanishes by being short. */
const NARROWEST = 2;
/** Kinds that must be seen, in the order in which they are drawn over each other. */
const LOUDEST: readonly Kind[] = ["excluded", "closed", "silent", "open", "good", "warn", "bad", "unknown"];

/**
 * Lanes of spans over time. A part of a lane without a span is empty: it says nothing, and is not joined with its
 * neighbours.
 */
export function timeline({ lanes, at, ...range }: Timeline, { width, id, palette, labels = 130 }: Layout): Drawing {
  const top = 4;
  const bottom = top + lanes.length * LANE;
  const scale = timeScale(range, labels, width - 4);
  const rows = lanes.flatMap(({ label, spans }, index): Shape[] => {
    const y = top + index * LANE + (LANE - BAR) / 2;
    const bars = spans
      .filter(({ from, to }) => to > range.from && from < range.to)
      .toSorted((a, b) => LOUDEST.indexOf(a.kind) - LOUDEST.indexOf(b.kind))
      .map(({ from, to, kind, title }) => {
        const x = scale(Math.max(from, range.from));
        const end = scale(Math.min(to, range.to));
        return shape(
          "rect",
          {
            x: rounded(x),
            y,
            width: rounded(Math.max(NARROWEST, end - x)),
            height: BAR,
            fill: paintOf(kind, id, palette),
            stroke: kind === "unknown" || kind === "silent" ? palette.kinds.unknown : undefined,
            "stroke-width": kind === "unknown" || kind === "silent" ? 0.75 : undefined,
          },
          ...(title === undefined ? [] : [shape("title", {}, title)]),
        );
      });
    return [
      shape(
        "text",
        { x: labels - 8, y: y + 12, "text-anchor": "end", "font-size": 12, fill: palette.ink },
        shortened(label, Math.floor((labels - 12) / 6.6)),
        shape("title", {}, label),
      ),
      ...bars,
    ];
  });
  const mark =
    at === undefined || at < range.from || at > range.to
      ? []
      : [
          shape("line", {
            x1: scale(at),
            x2: scale(at),
            y1: top,
            y2: bottom,
            stroke: palette.ink,
            "stroke-width": 1.5,
          }),
        ];
  return {
    width,
    height: bottom + 20,
    label: labelOf(lanes, range),
    shapes: [patterns(id, palette), ...timeAxis(range, scale, bottom, top, palette), ...rows, ...mark],
  };
}

/** The text alternative: the share of time of each kind, over all lanes. */
function labelOf(lanes: readonly Lane[], { from, to, zone }: TimeRange): string {
  const whole = lanes.length * (to - from);
  const shares = new Map<Kind, number>();
  for (const { spans } of lanes) {
    for (const span of spans) {
      const length = Math.max(0, Math.min(span.to, to) - Math.max(span.from, from));
      shares.set(span.kind, (shares.get(span.kind) ?? 0) + length);
    }
  }
  const words = [...shares].map(([kind, length]) => `${kind} ${((length / Math.max(1, whole)) * 100).toFixed(1)} %`);
  return `${lanes.length} ${lanes.length === 1 ? "lane" : "lanes"} from ${new Date(from).toISOString()} to ${new Date(to).toISOString()}, shown in ${zone}: ${words.join(", ") || "nothing recorded"}`;
}

function shortened(text: string, most: number): string {
  const points = [...text];
  return points.length <= most ? text : `${points.slice(0, Math.max(1, most - 1)).join("")}…`;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
