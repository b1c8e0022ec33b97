/**
 * Fills in the fields of a draft that are empty. A draft has each port as a block of YAML with `owner:` and `justification:`
 * on lines of their own; nothing else of the document changes, comments and order included.
 */
export function fillIn(document: string, field: "owner" | "justification", value: string): string {
  const text = quoted(value);
  return document.replace(
    new RegExp(`^([ \\t-]*${field}:)[ \\t]*(#.*)?$`, "gm"),
    (_line, name: string, comment?: string) =>
      [`${name} ${text}`, comment].filter((part) => part !== undefined).join(" "),
  );
}

/** How many entries still lack the field. */
export function emptyFields(document: string, field: "owner" | "justification"): number {
  return [...document.matchAll(new RegExp(`^[ \\t-]*${field}:[ \\t]*(#.*)?$`, "gm"))].length;
}

/** A YAML scalar that is this text, whatever it contains (YAML 1.2.2 section 7.3.1: JSON strings are double-quoted scalars). */
function quoted(value: string): string {
  return /^[\p{L}\p{N}][\p{L}\p{N} ._@/()-]*$/u.test(value) && !/^(true|false|null|yes|no|on|off|[\d._]+)$/i.test(value)
    ? value
    : JSON.stringify(value);
}
