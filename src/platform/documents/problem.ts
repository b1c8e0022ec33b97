import { counted, Fault } from "../../model/index.ts";
import { printable } from "./printable.ts";

/** Keys and indexes from the root of a document to a value in it. */
export type DocumentPath = readonly (string | number)[];

/** Something wrong at a place in a document, and how to put it right. Both are clauses without a closing full stop. */
export interface DocumentProblem {
  readonly path: DocumentPath;
  readonly problem: string;
  readonly fix: string;
  /** Point at the key rather than at its value. */
  readonly atKey?: boolean | undefined;
}

/** A line and column, both counted from 1; the column counts UTF-16 units, as editors do. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A problem whose position in a file is known. */
export interface PlacedProblem {
  readonly file: string;
  readonly position: Position;
  readonly path: DocumentPath;
  readonly problem: string;
  readonly fix: string;
}

const SHOWN = 100;

/** `targets[0].addresses[1]`; empty for the root. */
export function formatPath(path: DocumentPath): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else text += `${text === "" ? "" : "."}${printable(step, 60)}`;
  }
  return text;
}

/**
 * One `config-invalid` fault for all problems of a document, one a line in the order of the file:
 * `file:line:column: path: what is wrong; how to fix it`. `place` is the first of them.
 *
 * @param unplaced further problems of the document, which are counted and not shown
 * @param most how many are shown
 */
export function documentFault(problems: readonly PlacedProblem[], unplaced = 0, most = SHOWN): Fault {
  const sorted = problems.toSorted((a, b) =>
    a.file === b.file ? a.position.line - b.position.line || a.position.column - b.position.column : 0,
  );
  const lines = sorted.slice(0, most).map((found) => {
    const path = formatPath(found.path);
    return `${placeOf(found)}: ${path === "" ? "" : `${path}: `}${found.problem}; ${found.fix}`;
  });
  const more = Math.max(0, sorted.length - most) + unplaced;
  if (more > 0) lines.push(`and ${counted(more, "more problem")}`);
  const files = [...new Set(sorted.map(({ file }) => printable(file, 300)))].slice(0, 3).join(" and ");
  const first = sorted[0];
  return new Fault("config-invalid", lines.join("\n"), {
    next: `Correct ${files === "" ? "the file" : files} and run the command again.`,
    place: first === undefined ? undefined : placeOf(first),
  });
}

function placeOf({ file, position }: PlacedProblem): string {
  return `${printable(file, 300)}:${position.line}:${position.column}`;
}
