/**
 * Reads an instant as the command line does: `now`, `-1h`, `-2d12h`, RFC 3339, or a local date and time. Returns
 * milliseconds, or undefined if the text is not an instant.
 */
export function readInstant(text: string, now: number): number | undefined {
  const given = text.trim();
  if (given === "" || given === "now") return now;
  const ago = /^-((?:\d+[smhdw])+)$/.exec(given);
  if (ago !== null) {
    let span = 0;
    for (const [, count, unit] of (ago[1] ?? "").matchAll(/(\d+)([smhdw])/g))
      span += Number(count) * (UNITS[unit ?? ""] ?? 0);
    return now - span;
  }
  if (!/^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?)?$/.test(given)) return undefined;
  // A date alone would be read in UTC; people mean their own midnight.
  const instant = Date.parse(given.length === 10 ? `${given}T00:00:00` : given.replace(" ", "T"));
  return Number.isNaN(instant) ? undefined : instant;
}

const UNITS: Readonly<Record<string, number>> = { s: 1e3, m: 6e4, h: 36e5, d: 864e5, w: 6048e5 };

/** RFC 3339 in UTC without a fraction that is zero. */
export function utc(instant: number | string): string {
  return new Date(instant).toISOString().replace(/\.000Z$/, "Z");
}
