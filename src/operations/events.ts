import type { FindingView, ListeningView, SweepResult } from "../contract/index.ts";
import type { Applied } from "../judgement/findings/index.ts";
import { Fault, formatInstant, shortageOf, type Period } from "../model/index.ts";
import { findingView } from "./views.ts";

/** Events while Portolan monitors. */
export type AppEvent =
  | { readonly kind: "sweep-finished"; readonly result: SweepResult }
  /** A scope target had its turn, whatever the result. */
  | { readonly kind: "target-attempted"; readonly target: string }
  | {
      readonly kind: "finding-opened" | "finding-regressed" | "finding-resolved" | "finding-out-of-scope";
      readonly finding: FindingView;
    }
  /** Something began or stopped listening on this machine, in scope or not. */
  | { readonly kind: "listener-appeared" | "listener-vanished"; readonly listener: ListeningView }
  | { readonly kind: "gap"; readonly from: string; readonly to: string; readonly cause: string }
  | { readonly kind: "log"; readonly level: "info" | "warn" | "error"; readonly message: string };

/** Reports recorded facts, event by event. */
export interface Telling {
  gap(gap: { readonly during: Period; readonly detail: string }): void;
  findings(changed: Pick<Applied, "opened" | "regressed"> & Partial<Pick<Applied, "resolved" | "left">>): void;
  log(level: "info" | "warn" | "error", message: string): void;
  /** An unreachable database causes the same problem at every turn: each problem is logged once a minute at most. */
  problem(problem: unknown): void;
}

const SAID_AGAIN = 60_000;

export function createTelling(onEvent: (event: AppEvent) => void): Telling {
  const said = new Map<string, number>();
  const log: Telling["log"] = (level, message) => onEvent({ kind: "log", level, message });
  return {
    log,
    gap: ({ during, detail }) =>
      onEvent({ kind: "gap", from: formatInstant(during.from), to: formatInstant(during.to), cause: detail }),
    findings({ opened, regressed, resolved = [], left = [] }) {
      for (const finding of opened) onEvent({ kind: "finding-opened", finding: findingView(finding) });
      for (const finding of regressed) onEvent({ kind: "finding-regressed", finding: findingView(finding) });
      for (const finding of resolved) onEvent({ kind: "finding-resolved", finding: findingView(finding) });
      for (const finding of left) onEvent({ kind: "finding-out-of-scope", finding: findingView(finding) });
    },
    problem(problem) {
      const shortage = shortageOf(problem);
      const message =
        shortage === undefined
          ? inOneLine(problem)
          : `This machine has too little of ${shortage.of} (${inOneLine(problem)}). Monitoring continues, and what it misses is recorded as a gap. ${shortage.next}`;
      // A shortage shows at many places at once, in the words of each.
      const key = shortage?.of ?? message;
      const before = said.get(key);
      if (before !== undefined && performance.now() - before < SAID_AGAIN) return;
      said.set(key, performance.now());
      log("error", message);
    },
  };
}

export function inOneLine(problem: unknown): string {
  const text =
    problem instanceof Fault
      ? `${problem.message} ${problem.next}`
      : typeof problem === "object" && problem !== null && "message" in problem
        ? String(problem.message)
        : String(problem);
  return text.replaceAll("\n", "; ");
}
