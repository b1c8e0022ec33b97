import { BaseSequencer, type TestSpecification } from "vitest/node";

/** What runs programs and waits for them, what has databases and sockets, and what only computes. */
const KINDS = [/\/test\/(e2e|lab)\//, /\/src\/(.*\/io|storage|backup)\//] as const;

/**
 * In the order of their kinds, the longest first as vitest knows or guesses it. By length alone the first run in a
 * checkout, which knows only how long the texts are, took a fifth longer than the next.
 */
export class WaitingFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const kindOf = ({ moduleId }: TestSpecification): number => {
      const kind = KINDS.findIndex((pattern) => pattern.test(moduleId));
      return kind === -1 ? KINDS.length : kind;
    };
    return sorted.toSorted((a, b) => kindOf(a) - kindOf(b));
  }
}
