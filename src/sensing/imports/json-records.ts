import { unreadableScan } from "./scan-reader.ts";

/** Characters of one record; banners in it are bounded by the scanners to a few thousand. */
const LONGEST_RECORD = 1_048_576;
const NEXT = "Give the file as masscan -oJ or -oD, or naabu -json wrote it.";

export type Json = Readonly<Record<string, unknown>>;

export interface JsonRecords {
  write(text: string): void;
  /** How the text ended: `closed` with the bracket of an array, `open` without one, `cut` inside a record. */
  end(): "closed" | "open" | "cut";
}

const QUOTE = 34;
const BACKSLASH = 92;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

/**
 * Takes text apart into its top-level JSON objects: those of an array, with or without its brackets and commas, and
 * those of JSON lines. Extra commas and a missing last bracket are habits of masscan, and mean nothing.
 *
 * @param onRecord gets the text of each object, and the line it begins in
 */
export function createJsonRecords(onRecord: (text: string, line: number) => void): JsonRecords {
  let record = "";
  let depth = 0;
  let inString = false;
  let isEscaped = false;
  let isClosed = false;
  let line = 1;
  let firstLine = 1;

  return {
    write(text) {
      let from = 0;
      for (let at = 0; at < text.length; at += 1) {
        const code = text.charCodeAt(at);
        if (code === 10) line += 1;
        if (depth === 0) {
          if (code === OPEN_BRACE && !isClosed) {
            depth = 1;
            from = at;
            firstLine = line;
          } else if (code === 93) isClosed = true;
          else if (!isBetween(code) || (isClosed && !isSpace(code))) {
            throw unreadableScan("The file is not JSON records.", NEXT, `${line}`);
          }
        } else if (inString) {
          if (isEscaped) isEscaped = false;
          else if (code === BACKSLASH) isEscaped = true;
          else if (code === QUOTE) inString = false;
        } else if (code === QUOTE) inString = true;
        else if (code === OPEN_BRACE) depth += 1;
        else if (code === CLOSE_BRACE && (depth -= 1) === 0) {
          onRecord(record + text.slice(from, at + 1), firstLine);
          record = "";
        }
      }
      if (depth > 0) record += text.slice(from);
      if (record.length > LONGEST_RECORD) {
        throw unreadableScan(`A record of the file is longer than ${LONGEST_RECORD} characters.`, NEXT, `${firstLine}`);
      }
    },
    end: () => (depth > 0 ? "cut" : isClosed ? "closed" : "open"),
  };
}

function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}

/** White space, a comma, the opening bracket. */
function isBetween(code: number): boolean {
  return isSpace(code) || code === 44 || code === 91;
}

/** The object of a record. @throws Fault `config-invalid` if it is not one */
export function readRecord(text: string, line: number): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw unreadableScan(
      `A record of the file is not JSON: ${error instanceof Error ? error.name : "error"}.`,
      NEXT,
      `${line}`,
    );
  }
}

/** The value as an object; an empty one if it is something else. */
export function objectOf(value: unknown): Json {
  return typeof value === "object" && value !== null ? (value as Json) : {};
}
