import { unreadableSource } from "./source-record.ts";

/** One entry of a zone file (RFC 1035, section 5): its words, without comments and parentheses. */
export interface ZoneEntry {
  /** Of its first word, from 1. */
  readonly line: number;
  /** It begins with white space: its owner is that of the entry before. */
  readonly continues: boolean;
  readonly words: readonly string[];
}

/** Of a word: a string has at most 255 bytes, and each may be written as `\DDD`. */
const PIECE = /(\n)|[ \t\r\f]+|;[^\n]*|([()])|("(?:[^"\\\n]|\\[^\n]){0,4096}"|(?:[^\s;()"\\]|\\[^\n]){1,4096})/y;

export function* zoneEntries(text: string): Generator<ZoneEntry> {
  const piece = new RegExp(PIECE);
  let line = 1;
  let depth = 0;
  let entry: { line: number; continues: boolean; words: string[] } | undefined;
  let atStart = true;
  let indented = false;
  while (piece.lastIndex < text.length) {
    const from = piece.lastIndex;
    const [whole = "", newline, bracket, word] = piece.exec(text) ?? [];
    if (whole === "") {
      throw unreadableSource(
        "A word there is not closed, or is longer than a zone file allows.",
        "Check the file with named-checkzone, and import it again.",
        line,
      );
    }
    if (newline !== undefined) {
      line += 1;
      if (depth > 0) continue;
      if (entry !== undefined) yield entry;
      entry = undefined;
      atStart = true;
      indented = false;
      continue;
    }
    if (atStart) indented = /[ \t]/.test(text.charAt(from));
    atStart = false;
    if (bracket === "(") depth += 1;
    if (bracket === ")") depth -= 1;
    if (word !== undefined) {
      entry ??= { line, continues: indented, words: [] };
      entry.words.push(word);
    }
  }
  if (depth !== 0) {
    throw unreadableSource(
      "A parenthesis is not closed.",
      "Check the file with named-checkzone, and import it again.",
      line,
    );
  }
  if (entry !== undefined) yield entry;
}
