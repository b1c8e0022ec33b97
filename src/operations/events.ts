import type { FindingView, ListeningView, SweepResult } from "../contract/index.ts";
import type { Applied } from "../judgement/findings/index.ts";
import { Fault, formatInstant, shortageOf, type Finding, type Period } from "../model/index.ts";
import { openFilesLimit } from "../platform/machine/index.ts";
import { contradictionFault } from "../record/evidence/index.ts";
import type { FindingNews, RecordedNews } from "./recorded-news.ts";
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
  /** Somebody decided something, in this process or another one: approved a port baseline, for example. */
  | { readonly kind: "decided"; readonly text: string }
  | { readonly kind: "gap"; readonly from: string; readonly to: string; readonly cause: string }
  | { readonly kind: "log"; readonly level: "info" | "warn" | "error"; readonly message: string };

/** Reports recorded facts, event by event. */
export interface Telling {
  gap(gap: { readonly during: Period; readonly detail: string }): void;
  findings(
    changed: Pick<Applied, "opened" | "regressed"> & Partial<Pick<Applied, "resolved" | "left" | "contradicted">>,
  ): void;
  /** News that the log gained. A change that this process has reported itself, at once, is not repeated. */
  recorded(news: RecordedNews): void;
  log(level: "info" | "warn" | "error", message: string): void;
  /** An unreachable database causes the same problem at every turn: each problem is logged once a minute at most. */
  problem(problem: unknown): void;
}

const SAID_AGAIN = 60_000;

export function createTelling(onEvent: (event: AppEvent) => void): Telling {
  const said = new Map<string, number>();
  // The system tells it through a file, which a process without descriptors cannot open.
  const openFiles = openFilesLimit();
  /** How often each change was reported before its entry was read. */
  const ahead = new Map<string, number>();
  const tell = (kind: FindingNews, finding: Finding): void => {
    const key = `${kind} ${finding.id}`;
    ahead.set(key, (ahead.get(key) ?? 0) + 1);
    onEvent({ kind, finding: findingView(finding) });
  };
  const log: Telling["log"] = (level, message) => onEvent({ kind: "log", level, message });
  const telling: Telling = {
    log,
    gap: ({ during, detail }) =>
      onEvent({ kind: "gap", from: formatInstant(during.from), to: formatInstant(during.to), cause: detail }),
    findings({ opened, regressed, resolved = [], left = [], contradicted = [] }) {
      for (const finding of opened) tell("finding-opened", finding);
      for (const finding of regressed) tell("finding-regressed", finding);
      for (const finding of resolved) tell("finding-resolved", finding);
      for (const finding of left) tell("finding-out-of-scope", finding);
      for (const each of contradicted) telling.problem(contradictionFault(each));
    },
    recorded(news) {
      if ("decision" in news) return onEvent({ kind: "decided", text: news.decision });
      const { kind, finding } = news;
      const before = ahead.get(`${kind} ${finding.id}`) ?? 0;
      if (before === 0) return onEvent({ kind, finding: findingView(finding) });
      ahead.set(`${kind} ${finding.id}`, before - 1);
    },
    problem(problem) {
      const shortage = shortageOf(problem);
      const message =
        shortage === undefined
          ? inOneLine(problem)
          : `This machine has too little of ${shortage.of}: ${withoutStop(messageOf(problem))}. Monitoring continues, and what it misses is recorded as a gap. ${shortage.next(openFiles)}`;
      // A shortage shows at many places at once, in the words of each.
      const key = shortage?.of ?? message;
      const before = said.get(key);
      if (before !== undefined && performance.now() - before < SAID_AGAIN) return;
      said.set(key, performance.now());
      log("error", message);
    },
  };
  return telling;
}

export function inOneLine(problem: unknown): string {
  const text = messageOf(problem);
  return problem instanceof Fault ? `${text} ${problem.next.replaceAll("\n", "; ")}` : text;
}

function messageOf(problem: unknown): string {
  const text = typeof problem === "object" && problem !== null && "message" in problem ? problem.message : problem;
  return String(text).replaceAll("\n", "; ");
}

const withoutStop = (text: string): string => text.replace(/\.$/, "");
