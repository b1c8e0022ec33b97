import { formatInstant } from "../../../model/index.ts";
import { binding, type Binding, type Claim } from "../../evidence/index.ts";
import { voidOf } from "../row-names.ts";

/**
 * The runs of sweeps that cover nothing, because the clock ran ahead. No entry lists them: they follow from the times of
 * the runs and from the steps of the clock, which entries state.
 */
export const voidBinding: Binding = binding({
  table: "coverage_void",
  types: ["sweep-started", "sweep-finished", "gap-recorded"],
  always: true,
  retention: { kind: "sweeps" },
  key: ["sweep_id", "run"],
  columns: {},
  reader() {
    const imported = new Set<number>();
    let covering: { readonly row: string; readonly to: string; readonly imported: boolean }[] = [];
    return {
      states(entry): Claim[] {
        switch (entry.type) {
          case "sweep-started":
            // The times of an import are those of its file: only a step of the clock here makes them void.
            if (entry.data.kind === "imported") imported.add(entry.data.sweep);
            return [];
          case "sweep-finished": {
            const { sweep } = entry.data;
            const isImported = imported.has(sweep);
            const runs = entry.data.runs.map((run) => ({
              row: voidOf(sweep, run.probedFrom, run.probedTo),
              to: run.probedTo,
              imported: isImported,
            }));
            const isVoid = ({ to }: { readonly to: string }): boolean => !isImported && to > entry.at;
            covering.push(...runs.filter((run) => !isVoid(run)));
            return runs.filter(isVoid).map(toClaim);
          }
          case "gap-recorded": {
            const { from, voidRuns, voidImports } = entry.data;
            if (voidRuns === undefined) return [];
            // Steps of earlier versions left imports as they were.
            const isLater = (run: (typeof covering)[number]): boolean =>
              run.to > from && (!run.imported || voidImports !== undefined);
            const later = covering.filter(isLater);
            covering = covering.filter((run) => !isLater(run));
            return later.map(toClaim);
          }
        }
      },
    };
  },
  async *rows(db) {
    const rows = await db
      .selectFrom("coverage_void")
      .innerJoin("coverage", (join) =>
        join.onRef("coverage.sweep_id", "=", "coverage_void.sweep_id").onRef("coverage.run", "=", "coverage_void.run"),
      )
      .select(["coverage_void.sweep_id", "covered_from", "covered_to"])
      .orderBy("coverage_void.sweep_id")
      .orderBy("coverage_void.run")
      .execute();
    for (const { sweep_id: sweep, covered_from: from, covered_to: to } of rows) {
      yield { row: voidOf(sweep, formatInstant(from.getTime()), formatInstant(to.getTime())), fields: {} };
    }
  },
});

function toClaim({ row }: { readonly row: string }): Claim {
  return { row, fields: {} };
}
