import { Fault } from "../../model/index.ts";
import type { Contradiction } from "./compare-table.ts";

/** @throws Fault `evidence-broken`: nothing is decided on a row that contradicts the log */
export function refuseContradicted(contradiction: Contradiction | undefined): void {
  if (contradiction !== undefined) throw contradictionFault(contradiction);
}

export function contradictionFault(contradiction: Contradiction): Fault {
  return new Fault("evidence-broken", `The record contradicts its evidence log: ${contradiction.problem}`, {
    place: `table ${contradiction.table}`,
    next: "Run portolan evidence verify --answers, which names every row that was changed; keep this database for an investigation, and restore a backup from before into an empty one.",
  });
}
