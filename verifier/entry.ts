import { isCanonical } from "./canonical.ts";
import { isMembers, parsedJson } from "./json.ts";

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

/** Stored text in a message: bounded, and nothing but printable ASCII. */
export function shown(text: string, most = 60): string {
  const bounded = text.length > most ? `${text.slice(0, most)}...` : text;
  return bounded.replace(/[^\x20-\x7e]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

export function quoted(text: string): string {
  return `"${shown(text)}"`;
}

/** RFC 3339 in UTC with milliseconds; undefined for a time that no entry can have. */
function instantText(at: number): string | undefined {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

/** Reads a body; a clause that says what is wrong with it where it is not that of an entry. */
export function readBody(body: string): EntryBody | string {
  const value = parsedJson(body);
  if (value === undefined) return "its body is not JSON";
  if (!isCanonical(body, value)) return "its body is not canonical JSON (RFC 8785)";
  if (!isMembers(value) || Object.keys(value).join() !== "at,data,index,type") {
    return "its body has not exactly the members at, data, index and type";
  }
  const { at, data, index, type } = value;
  if (typeof at !== "string" || !isMembers(data) || typeof index !== "number" || typeof type !== "string") {
    return "a member of its body has the wrong type";
  }
  return { at, data, index, type };
}

/** {@link readBody}, and compares it with the columns beside it. Does not check hashes. */
export function checkBody(entry: Omit<StoredEntry, "leafHash">): BodyCheck {
  const body = readBody(entry.body);
  if (typeof body === "string") return { outcome: "malformed", problem: body };
  const { at, index, type } = body;
  const contradicts = (problem: string): BodyCheck => ({ outcome: "contradicts-columns", problem });
  if (index !== entry.index) return contradicts(`its body says that it is entry ${index}`);
  if (type !== entry.type)
    return contradicts(`its type is stored as ${quoted(entry.type)}, its body says ${quoted(type)}`);
  const recordedAt = instantText(entry.recordedAt);
  if (at !== recordedAt) {
    return contradicts(`its time is stored as ${recordedAt ?? "no time at all"}, its body says ${quoted(at)}`);
  }
  return { outcome: "sound", body };
}
