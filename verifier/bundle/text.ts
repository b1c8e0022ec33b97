/** Numbers and times as the report and the page write them. */

export function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

export function count(value: number, one: string, many = `${one}s`): string {
  return `${grouped(value)} ${value === 1 ? one : many}`;
}

/** RFC 3339 in UTC, without milliseconds where there are none. */
export function utc(at: number): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? "no time" : date.toISOString().replace(".000Z", "Z");
}

/** `2h 5m`, at most two units. */
export function duration(milliseconds: number): string {
  const units: [string, number][] = [
    ["d", 86_400_000],
    ["h", 3_600_000],
    ["m", 60_000],
    ["s", 1_000],
  ];
  const parts: string[] = [];
  let rest = milliseconds;
  for (const [unit, length] of units) {
    const whole = Math.floor(rest / length);
    rest -= whole * length;
    if (whole > 0 && parts.length < 2) parts.push(`${whole}${unit}`);
  }
  return parts.length === 0 ? `${milliseconds}ms` : parts.join(" ");
}
