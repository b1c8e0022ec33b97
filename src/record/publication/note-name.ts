import { parseCheckpointBody, parseNote } from "../evidence/index.ts";

/** The folder of a log among the files or objects of a destination: its name, in characters that every system allows. */
export function logFolder(origin: string): string {
  return origin.replaceAll(/[^A-Za-z0-9.-]/g, "-").replace(/^\.+/, "-");
}

/**
 * The name of a published checkpoint: log and size, and after a restore the generation of the record, because the one
 * before may have published another checkpoint of that size. Digits in front make names sort by size.
 *
 * @example `portolan-5f0c1d2e3a4b5968/000000001204.txt`, `portolan-5f0c1d2e3a4b5968/000000001204-2.txt`
 */
export function noteName({ origin, size, generation }: Numbered): string {
  return `${logFolder(origin)}/${String(size).padStart(12, "0")}${generation === 1 ? "" : `-${generation}`}.txt`;
}

export interface Numbered {
  readonly origin: string;
  readonly size: number;
  /** Of the record: 1 for the original, one more for each restore. */
  readonly generation: number;
}

/** Size and generation in the name of a published checkpoint; undefined for any other name. */
export function numbersInName(name: string): { readonly size: number; readonly generation: number } | undefined {
  const [, size, generation = "1"] = /(?:^|[\\/])(\d{12,16})(?:-(\d{1,9}))?\.txt$/.exec(name) ?? [];
  return size === undefined ? undefined : { size: Number(size), generation: Number(generation) };
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
