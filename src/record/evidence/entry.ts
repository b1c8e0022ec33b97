import canonicalize from "canonicalize";
import { Fault, formatInstant } from "../../model/index.ts";
import type { UntypedEntry } from "../../model/index.ts";
import { MAX_DEPTH, textLeafHash } from "@portolan/verifier";
import type { StoredEntry } from "@portolan/verifier";

/** The most bytes of UTF-8 in the body of one entry: 1 MiB. */
export const MAX_BODY_BYTES = 1024 * 1024;

function refuse(entry: UntypedEntry, place: string, what: string): never {
  throw new Fault("conflict", `An entry of type ${entry.type} cannot be recorded: ${place} ${what}`, {
    place,
    next: "Nothing was recorded. This is a bug in the code that appended the entry: report it with this message.",
  });
}

/**
 * Refuses values that JSON would silently drop or change, and names their place: evidence that lost a field proves
 * nothing.
 */
function refuseWhatJsonLoses(entry: UntypedEntry): void {
  const pending: { value: unknown; place: string; depth: number }[] = [{ value: entry.data, place: "data", depth: 1 }];
  for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
    const { value, place, depth } = item;
    if (value === null || typeof value === "boolean") continue;
    if (typeof value === "number") {
      if (!Number.isFinite(value)) refuse(entry, place, `is ${value}, which JSON cannot hold.`);
    } else if (typeof value === "string") {
      if (!value.isWellFormed()) refuse(entry, place, "holds half a surrogate pair, which is not text.");
    } else if (typeof value === "object") {
      // The body itself adds one level. The limit also ends the walk around a cycle.
      if (depth + 1 > MAX_DEPTH)
        refuse(entry, "data", `is nested deeper than ${MAX_DEPTH - 1} levels, or contains itself.`);
      pending.push(...membersOf(entry, value, place).map((member) => ({ ...member, depth: depth + 1 })));
    } else {
      refuse(entry, place, `is ${value === undefined ? "undefined" : `a ${typeof value}`}, which JSON cannot hold.`);
    }
  }
}

function membersOf(entry: UntypedEntry, value: object, place: string): { value: unknown; place: string }[] {
  if (Array.isArray(value))
    return Array.from(value, (item: unknown, index) => ({ value: item, place: `${place}[${index}]` }));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) refuse(entry, place, "is not plain data.");
  return Object.entries(value).map(([name, member]: [string, unknown]) => {
    if (!name.isWellFormed()) refuse(entry, place, "has a name with half a surrogate pair, which is not text.");
    return { value: member, place: `${place}.${name}` };
  });
}

/**
 * The text of an entry's leaf: RFC 8785 JSON of `{at, data, index, type}`, `at` in RFC 3339 UTC with milliseconds.
 * Throws `conflict` for data that JSON does not hold exactly and for bodies over {@link MAX_BODY_BYTES}.
 */
export function entryBody(entry: UntypedEntry, index: number): string {
  if (Number.isNaN(new Date(entry.at).getTime())) refuse(entry, "at", "is not a time.");
  refuseWhatJsonLoses(entry);
  const body = canonicalize({ at: formatInstant(entry.at), data: entry.data, index, type: entry.type });
  if (body === undefined) refuse(entry, "data", "has no canonical form.");
  const bytes = Buffer.byteLength(body);
  if (bytes > MAX_BODY_BYTES) refuse(entry, "data", `makes a body of ${bytes} bytes; ${MAX_BODY_BYTES} are allowed.`);
  return body;
}

/** An entry as it is stored under `index`. */
export function storedEntry(entry: UntypedEntry, index: number): StoredEntry {
  const body = entryBody(entry, index);
  return { index, type: entry.type, recordedAt: new Date(entry.at).getTime(), body, leafHash: textLeafHash(body) };
}
