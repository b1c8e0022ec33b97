/** Containers inside containers, at most; what is written to the log is held to the same bound. */
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
  const parts: string[] = [];
  if (Array.isArray(value)) {
    for (const item of value) {
      const text = write(item, depth + 1);
      if (text === undefined) return undefined;
      parts.push(text);
    }
    return `[${parts.join(",")}]`;
  }
  // sort() without a comparator orders by UTF-16 code units, which is the order of RFC 8785, section 3.2.3.
  const members = new Map(Object.entries(value));
  for (const name of [...members.keys()].sort()) {
    const key = writeText(name);
    const text = write(members.get(name), depth + 1);
    if (key === undefined || text === undefined) return undefined;
    parts.push(`${key}:${text}`);
  }
  return `{${parts.join(",")}}`;
}

/**
 * RFC 8785 text of a value that came out of JSON.parse; undefined where there is none (a lone surrogate, a number that
 * overflowed, deeper than {@link MAX_DEPTH}). Its own few lines, because the verifier has no dependencies.
 */
export function canonicalText(value: unknown): string | undefined {
  return write(value, 0);
}
