/** A YAML file that a person edits: parsed strictly, every error with its place and its remedy. */
export { parseDocument, parseInParts, problemsAt, type LongDocument } from "./parse-document.ts";
export {
  documentFault,
  formatPath,
  type DocumentPath,
  type PlacedProblem,
  type Position,
  type DocumentProblem,
} from "./problem.ts";
export { isPrintable, printable, quoted } from "./printable.ts";
export { suggest } from "./suggest.ts";
