import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * Files of both projects side by side, longest first as vitest knows or guesses it: the rough ones wait for most of their
 * time, and the gentle ones compute. Left to itself vitest begins the one kind when it is through with the other.
 */
export class Interleaved extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const places = [...Map.groupBy(sorted, ({ project }) => project.name).values()].flatMap((ofProject) =>
      ofProject.map((file, index) => ({ file, place: (index + 0.5) / ofProject.length })),
    );
    return places.sort((a, b) => a.place - b.place).map(({ file }) => file);
  }
}
