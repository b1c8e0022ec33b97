import type { Style } from "./style.ts";

/** `2026-03-14T09:00:00Z`: RFC 3339, cut to the second; `--json` has the milliseconds. */
export function utc(instant: string): string {
  const at = new Date(instant);
  return Number.isNaN(at.getTime()) ? instant : at.toISOString().replace(/\.\d+Z$/, "Z");
}

/** The same with the reader's local time: `2026-03-14T09:00:00Z (10:00:00 GMT+1)`, with the day where it differs. */
export function utcAndLocal(instant: string, style: Pick<Style, "timeZone">): string {
  const at = new Date(instant);
  if (Number.isNaN(at.getTime()) || isUtc(style.timeZone)) return utc(instant);
  const part = localParts(at, style.timeZone);
  const day = `${part("year")}-${part("month")}-${part("day")}`;
  const time = `${part("hour")}:${part("minute")}:${part("second")} ${part("timeZoneName")}`;
  return `${utc(instant)} (${at.toISOString().startsWith(day) ? "" : `${day} `}${time})`;
}

/** The same to the minute, for a table: `2026-03-14T09:00Z (10:00)`; {@link zoneOfTable} names the second zone once. */
export function shortTime(instant: string, style: Pick<Style, "timeZone">): string {
  const at = new Date(instant);
  const short = utc(instant).replace(/T(\d\d:\d\d):\d\dZ$/, "T$1Z");
  if (Number.isNaN(at.getTime()) || isUtc(style.timeZone)) return short;
  const part = localParts(at, style.timeZone);
  const [month, day] = [part("month"), part("day")];
  const otherDay = at.toISOString().slice(5, 10) === `${month}-${day}` ? "" : `${month}-${day} `;
  return `${short} (${otherDay}${part("hour")}:${part("minute")})`;
}

/** What the times of a column are in, for its title: `UTC`, or `UTC (GMT+1)` where the reader's zone is beside it. */
export function zoneOfTable({ timeZone, now }: Pick<Style, "timeZone" | "now">): string {
  return isUtc(timeZone) ? "UTC" : `UTC (${localParts(new Date(now), timeZone)("timeZoneName")})`;
}

function isUtc(timeZone: string): boolean {
  return ["UTC", "Etc/UTC", "GMT", "Etc/GMT", "Etc/UCT", "Zulu"].includes(timeZone);
}

function localParts(at: Date, timeZone: string): (type: Intl.DateTimeFormatPartTypes) => string {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    timeZoneName: "short",
  }).formatToParts(at);
  return (type) => parts.find((part) => part.type === type)?.value ?? "";
}

/** A duration in words, for a glance: `45 s`, `3 min 20 s`, `2 h 05 min`, `3 d 4 h`. Milliseconds in. */
export function roughly(length: number): string {
  if (length < 1_000) return `${Math.round(length)} ms`;
  const seconds = Math.round(length / 1_000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
  return `${Math.floor(minutes / 1_440)} d ${Math.floor((minutes % 1_440) / 60)} h`;
}
