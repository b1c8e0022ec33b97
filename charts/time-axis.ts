import { scaleUtc, type ScaleTime } from "d3-scale";
import { shape, type Shape } from "./drawing.ts";
import type { Palette } from "./palette.ts";

export interface TimeRange {
  /** Milliseconds since 1970; `to` is exclusive. */
  readonly from: number;
  readonly to: number;
  /** A zone of the IANA database: ticks are at its round times, and the axis names it. */
  readonly zone: string;
}

/** The width of a character of a label, at most; labels never overlap. */
const CHARACTER = 6.2;

export type TimeScale = ScaleTime<number, number>;

export function timeScale({ from, to }: TimeRange, left: number, right: number): TimeScale {
  return scaleUtc([from, to], [left, right]);
}

/** Ticks at round times of the zone, their labels, and the name of the zone at the end. */
export function timeAxis(range: TimeRange, scale: TimeScale, y: number, top: number, palette: Palette): Shape[] {
  const [left = 0, right = 0] = scale.range();
  const width = right - left;
  const shift = offsetOf((range.from + range.to) / 2, range.zone);
  const shifted = scaleUtc([range.from + shift, range.to + shift], [left, right]);
  const span = range.to - range.from;
  const format = new Intl.DateTimeFormat("en-GB", { timeZone: range.zone, ...labelParts(span) });
  const ticks = shifted.ticks(Math.max(2, Math.floor(width / 110))).map((tick) => tick.getTime() - shift);
  let free = left;
  return [
    ...ticks.flatMap((tick) => {
      const x = Math.round(scale(tick)) + 0.5;
      const line = shape("line", { x1: x, x2: x, y1: top, y2: y, stroke: palette.line });
      const text = format.format(tick).replace(",", "");
      const end = x + text.length * CHARACTER;
      if (x < free || end > right + CHARACTER) return [line];
      free = end + CHARACTER;
      return [line, shape("text", { x, y: y + 14, fill: palette.soft, "font-size": 11 }, text)];
    }),
    shape("text", { x: left - 8, y: y + 14, fill: palette.soft, "font-size": 11, "text-anchor": "end" }, range.zone),
  ];
}

function labelParts(span: number): Intl.DateTimeFormatOptions {
  if (span <= 10 * 60e3) return { hour: "2-digit", minute: "2-digit", second: "2-digit" };
  if (span <= 2 * 864e5) return { hour: "2-digit", minute: "2-digit" };
  if (span <= 14 * 864e5) return { day: "2-digit", month: "short", hour: "2-digit", minute: "2-digit" };
  if (span <= 400 * 864e5) return { day: "2-digit", month: "short" };
  return { month: "short", year: "numeric" };
}

/** Milliseconds by which the zone is ahead of UTC at the instant. */
function offsetOf(instant: number, zone: string): number {
  const whole = Math.floor(instant / 1_000) * 1_000;
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(whole);
  const part = (type: string): number => Number(parts.find((each) => each.type === type)?.value ?? 0);
  return Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second")) - whole;
}
