/** The largest nesting of containers; the same bound applies to everything written to the log. */
export const MAX_DEPTH = 64;

function writeText(text: string): string | undefined {
  return text.isWellFormed() ? JSON.stringify(text) : undefined;
}

function write(value: unknown, depth: number): string | undefined {
  if (value === null) return "null";
  switch (typeof value) {
    case "boolean":
      return value ? "true" : "false";
    case "number":
      return Number.isFinite(value) ? JSON.stringify(value) : undefined;
    case "string":
      return writeText(value);
    case "object":
      break;
    default:
      return undefined;
  }
  if (depth === MAX_DEPTH) return undefined;
  return Array.isArray(value) ? writeList(value, depth + 1) : writeMembers(value as Members, depth + 1);
}

type Members = { readonly [name: string]: unknown };

function writeList(items: readonly unknown[], depth: number): string | undefined {
  let text = "";
  for (const item of items) {
    const written = write(item, depth);
    if (written === undefined) return undefined;
    text += text === "" ? written : `,${written}`;
  }
  return `[${text}]`;
}

function writeMembers(members: Members, depth: number): string | undefined {
  let text = "";
  // sort() without a comparator orders by UTF-16 code units, which is the order of RFC 8785, section 3.2.3.
  for (const name of Object.keys(members).sort()) {
    const key = writeText(name);
    const written = write(members[name], depth);
    if (key === undefined || written === undefined) return undefined;
    text += text === "" ? `${key}:${written}` : `,${key}:${written}`;
  }
  return `{${text}}`;
}

/**
 * RFC 8785 text of a value that came out of JSON.parse; undefined where there is none (a lone surrogate, a number that
 * overflowed, deeper than {@link MAX_DEPTH}). Its own few lines, because the verifier has no dependencies.
 */
export function canonicalText(value: unknown): string | undefined {
  return write(value, 0);
}

/**
 * Whether a text is the RFC 8785 text of the value that JSON.parse made of it. JSON.stringify writes numbers and strings the
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
