import type { z } from "zod";
import type { Fault } from "../../model/index.ts";
import { documentFault, type DocumentProblem } from "./problem.ts";
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
export function parseDocument<T>(text: string, file: string, schema: z.ZodType<T>, limits?: DocumentLimits): T {
  const source = readYaml(text, file, limits);
  if (!source.ok) throw documentFault(source.problems);
  const result = schema.safeParse(source.value);
  if (result.success) return result.data;
  const issues = result.error.issues.slice(0, PLACED_LIMIT);
  throw placed(file, schemaProblems(issues, schema, source.value), source.positionOf);
}

/**
 * The fault for what a document means rather than how it is written (a name used twice, a reference to nothing).
 * `text` is what {@link parseDocument} read, `problems` are not empty.
 */
export function problemsAt(
  text: string,
  file: string,
  problems: readonly DocumentProblem[],
  limits?: DocumentLimits,
): Fault {
  const source = readYaml(text, file, limits);
  if (!source.ok) return documentFault(source.problems);
  return placed(file, problems, source.positionOf);
}

/** The same, one fault for each `size` problems: none is left out, and the document is read once. */
export function problemsInParts(
  text: string,
  file: string,
  problems: readonly DocumentProblem[],
  { size, limits }: { readonly size: number; readonly limits?: DocumentLimits | undefined },
): Fault[] {
  const source = readYaml(text, file, limits);
  if (!source.ok) return [documentFault(source.problems)];
  return Array.from({ length: Math.ceil(problems.length / size) }, (_, part) =>
    placed(file, problems.slice(part * size, (part + 1) * size), source.positionOf),
  );
}

type YamlPositions = Extract<ReturnType<typeof readYaml>, { ok: true }>["positionOf"];

function placed(file: string, problems: readonly DocumentProblem[], positionOf: YamlPositions): Fault {
  return documentFault(
    problems
      .slice(0, PLACED_LIMIT)
      .map(({ path, problem, fix, atKey }) => ({ file, position: positionOf(path, atKey), path, problem, fix })),
  );
}
