import { parseCheckpointBody, parseNote } from "../evidence/index.ts";

/** The folder of a log among the files or objects of a destination: its name, in characters that every system allows. */
export function logFolder(origin: string): string {
  return origin.replaceAll(/[^A-Za-z0-9.-]/g, "-").replace(/^\.+/, "-");
}

/**
 * The name of a published checkpoint: log and size. Digits in front make names sort by size.
 *
 * @example `portolan-5f0c1d2e3a4b5968/000000001204.txt`
 */
export function noteName(origin: string, size: number): string {
  return `${logFolder(origin)}/${String(size).padStart(12, "0")}.txt`;
}

/** The size in the name of a published checkpoint; undefined for any other name. */
export function sizeInName(name: string): number | undefined {
  const digits = /(?:^|\/)(\d{12,16})\.txt$/.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** Name of the log, number of entries, root: the first three lines of a C2SP checkpoint. */
const NOTE = /^\S+\n\d+\n[A-Za-z0-9+/=]+\n/m;

/** The signed note in a text that may have other lines before it, CRLF, or no line end at its end. */
export function noteIn(text: string): string | undefined {
  const plain = text.replaceAll("\r\n", "\n");
  const start = plain.search(NOTE);
  if (start === -1) return undefined;
  const note = `${plain.slice(start).trimEnd()}\n`;
  const parsed = parseNote(note);
  return parsed !== undefined && parseCheckpointBody(parsed.text) !== undefined ? note : undefined;
}
