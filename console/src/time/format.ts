/** How instants and spans are shown: in the browser's zone, always with its name; UTC stands in the title. */

const DATE_TIME = new Intl.DateTimeFormat("en-GB", {
  year: "numeric",
  month: "short",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  timeZoneName: "short",
});
const COUNT = new Intl.NumberFormat("en-US");

export function dateTime(instant: number | string): string {
  return DATE_TIME.format(new Date(instant)).replace(",", "");
}

export function count(value: number): string {
  return COUNT.format(value);
}

/** `1 port`, `2 ports`, with thousands separated. */
export function counted(value: number, singular: string, plural = `${singular}s`): string {
  return `${count(value)} ${value === 1 ? singular : plural}`;
}

/** `45 s`, `12 min`, `3 h 20 min`, `5 d 2 h`: the two largest units of a span in milliseconds. */
export function span(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 || days > 13 ? `${days} d` : `${days} d ${hours % 24} h`;
}

/** `3 min ago`, `in 2 h`, `just now`. */
export function relative(instant: number | string, now: number): string {
  const difference = now - new Date(instant).getTime();
  if (Math.abs(difference) < 5_000) return "just now";
  return difference > 0 ? `${span(difference)} ago` : `in ${span(-difference)}`;
}
