import { formatInstant } from "../model/index.ts";

/** A time of a row in the words of an entry; null where there is none. */
export function timeIn(date: Date | null): string | null {
  return date === null ? null : formatInstant(date.getTime());
}
