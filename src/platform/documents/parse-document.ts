import type { z } from "zod";
import type { Fault, InPieces } from "../../model/index.ts";
import { inDocument, partAt, partsOf, wholeOf, type DocumentPart, type LongList } from "./parts.ts";
import { documentFault, type DocumentProblem, type PlacedProblem } from "./problem.ts";
import { schemaProblems } from "./schema-problems.ts";
import { readYaml, type DocumentLimits } from "./yaml-source.ts";

/** Positions are looked up for no more problems than this: a person reads fewer, and a hostile file can hold many. */
const PLACED_LIMIT = 500;

/**
 * Reads a YAML file that a person edits. Every problem of a kind is reported at once, each with its position.
 *
 * @param file the name errors are reported under
 * @throws Fault `config-invalid`, see {@link documentFault}
 */
export function parseDocument<T>(text: string, file: string, schema: z.ZodType<T>): T {
  const read = readPart(text, file, schema);
  if (read.ok) return read.value;
  throw documentFault(read.problems, read.unplaced);
}

/** How a document that may be very long is read. */
export interface LongDocument {
  readonly limits: DocumentLimits;
  readonly list: LongList;
}

/**
 * The same for a document with a very long list, part by part, and with the list of each: `schema` accepts a document
 * with any number of its items. One piece of work for each part.
 */
export function* parseInParts<T>(
  text: string,
  file: string,
  schema: z.ZodType<T>,
  { limits, list }: LongDocument,
): InPieces<T[]> {
  const values: T[] = [];
  const unreadable = createProblems();
  const wrong = createProblems();
  for (const part of divided(text, { limits, list })) {
    const read = readPart(part.text, file, schema, limits);
    if (read.ok) values.push(read.value);
    else {
      const problems = read.problems.flatMap((problem) => inDocument(problem, part, list) ?? []);
      (read.isYaml ? wrong : unreadable).add(problems, read.unplaced);
    }
    yield;
  }
  unreadable.refuse();
  wrong.refuse();
  return values;
}

/** Keeps the first problems, and counts the others. */
function createProblems(): { add(problems: readonly PlacedProblem[], unplaced: number): void; refuse(): void } {
  const kept: PlacedProblem[] = [];
  let others = 0;
  return {
    add(problems, unplaced) {
      const room = PLACED_LIMIT - kept.length;
      kept.push(...problems.slice(0, room));
      others += unplaced + Math.max(0, problems.length - room);
    },
    refuse() {
      if (kept.length > 0) throw documentFault(kept, others);
    },
  };
}

/** A document that is too large is refused whole. */
function divided(text: string, { limits, list }: LongDocument): DocumentPart[] {
  return text.length > limits.length ? [wholeOf(text)] : partsOf(text, list);
}

type Read<T> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false;
      readonly isYaml: boolean;
      readonly problems: readonly PlacedProblem[];
      /** Further ones, without a place. */
      readonly unplaced: number;
    };

function readPart<T>(text: string, file: string, schema: z.ZodType<T>, limits?: DocumentLimits): Read<T> {
  const source = readYaml(text, file, limits);
  if (!source.ok) return { ok: false, isYaml: false, problems: source.problems, unplaced: 0 };
  const result = schema.safeParse(source.value);
  if (result.success) return { ok: true, value: result.data };
  const issues = result.error.issues.slice(0, PLACED_LIMIT);
  const problems = placed(file, schemaProblems(issues, schema, source.value), source.positionOf);
  return { ok: false, isYaml: true, problems, unplaced: result.error.issues.length - issues.length };
}

/**
 * The fault for what a document means rather than how it is written (a name used twice, a reference to nothing).
 * `text` is what {@link parseDocument} read, or {@link parseInParts} with `long`; `problems` are not empty. `most` of them are
 * shown, a hundred unless it is given.
 */
export function problemsAt(
  text: string,
  file: string,
  problems: readonly DocumentProblem[],
  { long, most }: { readonly long?: LongDocument; readonly most?: number } = {},
): Fault {
  const first = problems.slice(0, PLACED_LIMIT);
  return documentFault(first.flatMap(createPlacing(text, file, long)), problems.length - first.length, most);
}

/** Finds the places of problems. In the order of the document, each part of it is read once. */
function createPlacing(text: string, file: string, long?: LongDocument): (problem: DocumentProblem) => PlacedProblem[] {
  const parts = long === undefined ? [wholeOf(text)] : divided(text, long);
  let open: { readonly part: DocumentPart; readonly source: ReturnType<typeof readYaml> } | undefined;
  return (problem) => {
    const { part, path } = partAt(parts, problem.path, long?.list);
    if (open?.part !== part) open = { part, source: readYaml(part.text, file, long?.limits) };
    const { source } = open;
    const found = source.ok ? placed(file, [{ ...problem, path }], source.positionOf) : source.problems;
    return found.flatMap((each) => inDocument(each, part, long?.list) ?? []);
  };
}

type YamlPositions = Extract<ReturnType<typeof readYaml>, { ok: true }>["positionOf"];

function placed(file: string, problems: readonly DocumentProblem[], positionOf: YamlPositions): PlacedProblem[] {
  return problems
    .slice(0, PLACED_LIMIT)
    .map(({ path, problem, fix, atKey }) => ({ file, position: positionOf(path, atKey), path, problem, fix }));
}
