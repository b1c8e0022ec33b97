import type { SensorRecord } from "../../contract/index.ts";

/** The first line of the journal's file. */
export interface JournalHead {
  /** Distinguishes it from every other journal, even an earlier one of this sensor. */
  readonly journal: string;
  /** Counts the starts of the sensor. */
  readonly run: number;
  /** The last number used before the first line. */
  readonly base: number;
}

export interface JournalText {
  readonly head: JournalHead;
  readonly lines: readonly { readonly seq: number; readonly text: string }[];
}

/**
 * Reads a journal back. An unfinished last line was never confirmed as written: it is left out. Undefined for any other
 * damage, since the meaning of its numbers is then unknown.
 */
export function readJournal(text: string): JournalText | undefined {
  const [first = "", ...rest] = text.split("\n");
  // The text after the last line end is empty, or was cut off in the middle.
  rest.pop();
  const head = asHead(parsed(first));
  if (head === undefined) return undefined;
  let last = head.base;
  const lines: { seq: number; text: string }[] = [];
  for (const line of rest) {
    const value = parsed(line);
    const seq = typeof value === "object" && value !== null && "seq" in value ? value.seq : undefined;
    if (seq !== last + 1) return undefined;
    last = seq;
    lines.push({ seq, text: line });
  }
  return { head, lines };
}

export function journalText({ head, lines }: JournalText): string {
  return [JSON.stringify(head), ...lines.map(({ text }) => text), ""].join("\n");
}

export function recordLine(record: SensorRecord): string {
  return JSON.stringify(record);
}

function asHead(value: unknown): JournalHead | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { journal, run, base } = value as Record<string, unknown>;
  if (typeof journal !== "string" || !Number.isSafeInteger(run) || !Number.isSafeInteger(base)) return undefined;
  return { journal, run: run as number, base: base as number };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
