import { parseInParts, problemsAt, type DocumentProblem } from "../../platform/documents/index.ts";
import { atOnce, count, Fault, mapInPieces, type AuthorizedPort, type InPieces } from "../../model/index.ts";
import { BASELINE_DOCUMENT, documentSchema } from "./document-schema.ts";

/** Placeholders that people write to fill in later. */
const PLACEHOLDER = /^(|to ?do|tbd|tba|fix ?me|n\/?a|none|unknown|x{2,}|[?.\-_*]+)$/i;

/** Incomplete entries that are listed: a person completes them all before the next attempt. */
const INCOMPLETE_SHOWN = 400;

export interface ReadOptions {
  readonly requireComplete: boolean;
}

/**
 * Reads a port baseline.
 *
 * @param file the file name for error messages
 * @throws Fault `config-invalid` when the document is not a port baseline, or has a duplicate entry; `conflict` when
 * `requireComplete` is set and an entry has no owner or no justification. Both list the first problems as
 * `file:line:column: path: what is wrong; how to fix it`, and say how many others there are.
 */
export function parseBaseline(text: string, file: string, options: ReadOptions): AuthorizedPort[] {
  return atOnce(parseInPieces(text, file, options));
}

/** The same: 100,000 entries take seconds. */
export function* parseInPieces(text: string, file: string, options: ReadOptions): InPieces<AuthorizedPort[]> {
  const ports = (yield* parseInParts(text, file, documentSchema, BASELINE_DOCUMENT)).flat();
  const repeated = yield* repetitions(ports);
  if (repeated.length > 0) throw problemsAt(text, file, repeated, { long: BASELINE_DOCUMENT });
  if (options.requireComplete) {
    const problems = incompleteEntries(ports);
    if (problems.length > 0) throw incompleteFault(text, file, problems);
  }
  return ports;
}

/** Whether owner and justification are written and not placeholders. */
export function isComplete(port: Pick<AuthorizedPort, "owner" | "justification">): boolean {
  return !PLACEHOLDER.test(port.owner.trim()) && !PLACEHOLDER.test(port.justification.trim());
}

function incompleteEntries(ports: readonly AuthorizedPort[]): DocumentProblem[] {
  return ports.flatMap((port, index): DocumentProblem[] => {
    const lacks = (["owner", "justification"] as const).filter((field) => PLACEHOLDER.test(port[field].trim()));
    const [first] = lacks;
    if (first === undefined) return [];
    const fixes = { owner: "who answers for the port", justification: "why it has to be open" };
    return [
      {
        path: ["authorizedPorts", index, first],
        atKey: true,
        problem: `${lacks.join(" and ")} ${lacks.length === 1 ? "is" : "are"} not written`,
        fix: `write ${lacks.map((field) => fixes[field]).join(" and ")}, or remove the entry`,
      },
    ];
  });
}

function incompleteFault(text: string, file: string, problems: readonly DocumentProblem[]): Fault {
  const { message, place } = problemsAt(text, file, problems, { long: BASELINE_DOCUMENT, most: INCOMPLETE_SHOWN });
  return new Fault("conflict", message, {
    next: `Nothing was approved. Complete ${problems.length === 1 ? "the entry" : `the ${count(problems.length)} entries`} and approve again.`,
    place,
  });
}

function* repetitions(ports: readonly AuthorizedPort[]): InPieces<DocumentProblem[]> {
  const seen = new Map<string, number>();
  const found = yield* mapInPieces(
    ports,
    ({ selector, transport, ports: range, exposure }, index): DocumentProblem[] => {
      const { asset, tag, systemType, cidr } = selector;
      const key = JSON.stringify([asset, tag, systemType, cidr, transport, range, exposure?.toSorted()]);
      const earlier = seen.get(key);
      if (earlier === undefined) {
        seen.set(key, index);
        return [];
      }
      return [
        {
          path: ["authorizedPorts", index],
          problem: `the same assets and port as authorizedPorts[${earlier}]`,
          fix: "keep one of the two",
        },
      ];
    },
  );
  return found.flat();
}
