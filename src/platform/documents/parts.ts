import type { DocumentPath, PlacedProblem } from "./problem.ts";

/** The list that makes a document long. */
export interface LongList {
  /** Its key, at the top level. */
  readonly key: string;
  /** The most items of a document that is divided. */
  readonly most: number;
}

/** Some items of a long list, as a document: below everything that precedes the list. */
export interface DocumentPart {
  readonly text: string;
  /** Items of the list that precede this part. */
  readonly before: number;
  /** Lines above the items, which every part begins with. */
  readonly head: number;
  /** Lines of the document between its head and the items of this part. */
  readonly skipped: number;
}

/** Items per part: some hundred kilobytes, which are read in some fifty milliseconds. */
const ITEMS = 500;
/** An anchor or an alias (YAML 1.2.2 sections 6.9.2 and 7.1), which may refer to another part. */
const REFERENCE = /(?:^|[\s,[{:-])[&*][^\s]/m;
const BLANK = /^[ \t]*(?:#.*)?\r?$/;

/**
 * Divides a document that ends with a list in block style, so that it can be read without holding a node for each value
 * of 100,000 entries. Any other document is one part. No value of a list extends into a line that is indented as its
 * items are (YAML 1.2.2 section 8.2.1): such a line begins an item.
 */
export function partsOf(text: string, list: LongList): DocumentPart[] {
  return divide(text, list) ?? [wholeOf(text)];
}

export function wholeOf(text: string): DocumentPart {
  return { text, before: 0, head: 0, skipped: 0 };
}

function divide(text: string, { key, most }: LongList): DocumentPart[] | undefined {
  const opening = new RegExp(`^${key}:[ \\t]*(?:#.*)?\\r?\\n`, "m").exec(text);
  if (opening === null || REFERENCE.test(text)) return undefined;
  const starts: { readonly offset: number; readonly line: number }[] = [];
  let line = 0;
  let item: RegExp | undefined;
  let deeper = "";
  let items = 0;
  for (let offset = 0; offset < text.length; line += 1) {
    const end = text.indexOf("\n", offset);
    const next = end < 0 ? text.length : end + 1;
    if (offset >= opening.index + opening[0].length) {
      const written = text.slice(offset, end < 0 ? next : end);
      if (item === undefined && !BLANK.test(written)) {
        const indent = /^( *)-(?:\s|$)/.exec(written)?.[1];
        if (indent === undefined) return undefined;
        item = new RegExp(`^${indent}-(?:\\s|$)`);
        deeper = `${indent} `;
      }
      if (item?.test(written) === true) {
        if (items % ITEMS === 0) starts.push({ offset, line });
        items += 1;
        if (items > most) return undefined;
      } else if (item !== undefined && !written.startsWith(deeper) && !BLANK.test(written)) return undefined;
    }
    offset = next;
  }
  const [first] = starts;
  if (first === undefined) return undefined;
  const head = text.slice(0, first.offset);
  return starts.map((start, at) => ({
    text: head + text.slice(start.offset, starts[at + 1]?.offset),
    before: at * ITEMS,
    head: first.line,
    skipped: start.line - first.line,
  }));
}

/** The problem as one of the whole document; undefined for one of the head, which the first part has too. */
export function inDocument(problem: PlacedProblem, part: DocumentPart, list?: LongList): PlacedProblem | undefined {
  const { line, column } = problem.position;
  if (part.before === 0) return problem;
  if (line <= part.head) return undefined;
  return {
    ...problem,
    path: shifted(problem.path, part.before, list),
    position: { line: line + part.skipped, column },
  };
}

/** The part that holds the value at this path, and the path in it. */
export function partAt(
  parts: readonly DocumentPart[],
  path: DocumentPath,
  list?: LongList,
): { readonly part: DocumentPart; readonly path: DocumentPath } {
  const [key, index] = path;
  const holds = ({ before }: DocumentPart): boolean =>
    before === 0 || (key === list?.key && typeof index === "number" && before <= index);
  const part = parts.findLast(holds);
  if (part === undefined) throw new Error("a document has at least one part");
  return { part, path: shifted(path, -part.before, list) };
}

function shifted(path: DocumentPath, by: number, list: LongList | undefined): DocumentPath {
  const [key, index, ...rest] = path;
  return list !== undefined && key === list.key && typeof index === "number" ? [key, index + by, ...rest] : path;
}
