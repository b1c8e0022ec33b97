import { isCanonical } from "./canonical.ts";

/** An entry as it is stored or exported. The leaf hash is over `body`; the columns beside it only repeat it. */
export interface StoredEntry {
  readonly index: number;
  readonly type: string;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly recordedAt: number;
  readonly body: string;
  readonly leafHash: Uint8Array;
}

/** Text of an entry's body: RFC 8785 JSON of exactly these four members. */
export interface EntryBody {
  readonly at: string;
  readonly data: { readonly [name: string]: unknown };
  readonly index: number;
  readonly type: string;
}

export type BodyCheck =
  | { readonly outcome: "sound"; readonly body: EntryBody }
  | { readonly outcome: "malformed"; readonly problem: string }
  | { readonly outcome: "contradicts-columns"; readonly problem: string };

const SHOWN = 60;

/** Stored text in a message: bounded, and nothing but printable ASCII. */
export function quoted(text: string): string {
  const bounded = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
  return `"${bounded.replace(/[^\x20-\x7e…]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`)}"`;
}

/** RFC 3339 in UTC with milliseconds; `undefined` for a time that no entry can have. */
function instantText(at: number): string | undefined {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

function isRecord(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Reads a body and compares it with the columns beside it. Does not check hashes. */
export function checkBody(entry: Omit<StoredEntry, "leafHash">): BodyCheck {
  const malformed = (problem: string): BodyCheck => ({ outcome: "malformed", problem });
  const value = parsed(entry.body);
  if (value === undefined) return malformed("its body is not JSON");
  if (!isCanonical(entry.body, value)) return malformed("its body is not canonical JSON (RFC 8785)");
  if (!isRecord(value) || Object.keys(value).join() !== "at,data,index,type") {
    return malformed("its body has not exactly the members at, data, index and type");
  }
  const { at, data, index, type } = value;
  if (typeof at !== "string" || !isRecord(data) || typeof index !== "number" || typeof type !== "string") {
    return malformed("a member of its body has the wrong type");
  }
  const contradicts = (problem: string): BodyCheck => ({ outcome: "contradicts-columns", problem });
  if (index !== entry.index) return contradicts(`its body says that it is entry ${index}`);
  if (type !== entry.type)
    return contradicts(`its type is stored as ${quoted(entry.type)}, its body says ${quoted(type)}`);
  const recordedAt = instantText(entry.recordedAt);
  if (at !== recordedAt) {
    return contradicts(`its time is stored as ${recordedAt ?? "no time at all"}, its body says ${quoted(at)}`);
  }
  return { outcome: "sound", body: { at, data, index, type } };
}
