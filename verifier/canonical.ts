/** The largest nesting of containers; the same bound applies to everything written to the log. */
export const MAX_DEPTH = 64;

type Members = { readonly [name: string]: unknown };

function write(value: unknown, depth: number): string | undefined {
  if (typeof value === "string") return value.isWellFormed() ? JSON.stringify(value) : undefined;
  if (value === null || typeof value === "boolean" || Number.isFinite(value)) return JSON.stringify(value);
  if (typeof value !== "object" || depth === MAX_DEPTH) return undefined;
  const isList = Array.isArray(value);
  const parts = isList ? value.map((item) => write(item, depth + 1)) : writeMembers(value as Members, depth + 1);
  if (parts.includes(undefined)) return undefined;
  return isList ? `[${parts.join()}]` : `{${parts.join()}}`;
}

function writeMembers(members: Members, depth: number): (string | undefined)[] {
  // sort() without a comparator orders by UTF-16 code units, which is the order of RFC 8785, section 3.2.3.
  return Object.keys(members)
    .sort()
    .map((name) => {
      const [key, written] = [write(name, depth), write(members[name], depth)];
      return key === undefined || written === undefined ? undefined : `${key}:${written}`;
    });
}

/**
 * RFC 8785 text of a value that came out of JSON.parse; undefined where there is none (a lone surrogate, a number that
 * overflowed, deeper than {@link MAX_DEPTH}). Its own few lines, because the verifier has no dependencies.
 */
export function canonicalText(value: unknown): string | undefined {
  return write(value, 0);
}

/**
 * Whether a text is the RFC 8785 text of the value that JSON.parse read from it. JSON.stringify writes numbers and strings the
 * same way, so mostly only the order of names is left to check; half a surrogate pair is an escape in such a text.
 */
export function isCanonical(text: string, value: unknown): boolean {
  if (!text.includes("\\ud") && JSON.stringify(value) === text && isSorted(value, 0)) return true;
  return canonicalText(value) === text;
}

function isSorted(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (depth === MAX_DEPTH) return false;
  if (Array.isArray(value)) return value.every((item) => isSorted(item, depth + 1));
  let before: string | undefined;
  for (const name of Object.keys(value)) {
    if (before !== undefined && before >= name) return false;
    before = name;
    if (!isSorted((value as Members)[name], depth + 1)) return false;
  }
  return true;
}
