import { BaseSequencer, type TestSpecification } from "vitest/node";
import { PROJECTS } from "./projects.ts";

/**
 * One project after the other, so that a new worker starts only three times: a worker serves one project. Within a
 * project the longest comes first, as vitest knows or estimates it.
 */
export class WaitingFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const order = ({ project }: TestSpecification): number => PROJECTS.findIndex((name) => name === project.name);
    return sorted.toSorted((a, b) => order(a) - order(b));
  }
}
