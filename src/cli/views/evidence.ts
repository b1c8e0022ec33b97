import { counted } from "../../model/index.ts";
import type { CheckpointResult, VerifyResult } from "../../contract/index.ts";
import { MOST_ROWS, type Page } from "../screen/page.ts";
import { toned } from "../screen/style.ts";

export function showVerification(page: Page, result: VerifyResult): void {
  const [first, ...others] = result.problems;
  if (result.ok && first === undefined) {
    page.say`${toned("good", "The evidence log verifies:")} ${counted(result.entries, "entry", "entries")} and ${counted(result.checkpoints, "checkpoint")} recomputed.`;
    page.say`root ${result.rootHash}`;
    for (const key of result.keys) page.verbatim(`key  ${key}`);
    if (result.checkpoints === 0)
      page.say`${toned("warn", "No checkpoint is signed yet")}, so removed entries at the end could not be detected. Next: portolan evidence checkpoint`;
    return;
  }
  page.say`${toned("bad", "THE EVIDENCE LOG DOES NOT VERIFY.")} ${counted(result.entries, "entry", "entries")} and ${counted(result.checkpoints, "checkpoint")} were read.`;
  if (first !== undefined) page.say`First: ${place(first)}${first.problem}`;
  for (const problem of others.slice(0, MOST_ROWS)) page.say`  ${place(problem)}${problem.problem}`;
  if (others.length > MOST_ROWS) page.say`  and ${others.length - MOST_ROWS} more (--json shows all)`;
  page.say`Next: keep a copy of the database in its current state, and compare it with a checkpoint stored elsewhere.`;
}

/** A signed note is for programs as well as for people: its lines are never wrapped. */
export function showCheckpoint(page: Page, result: CheckpointResult): void {
  page.say`Checkpoint over ${result.size} entries (C2SP signed note):`;
  page.blank();
  page.verbatim(result.note);
}

function place(problem: VerifyResult["problems"][number]): string {
  if (problem.entry !== undefined) return `entry ${problem.entry}: `;
  return problem.checkpoint === undefined ? "" : `checkpoint ${problem.checkpoint}: `;
}
