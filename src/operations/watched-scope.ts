import { inOneLine } from "./events.ts";
import type { ScopeInForce } from "./scope-in-force.ts";

/** How old the scope may be for checks that run every few seconds, in milliseconds. */
export const SCOPE_AGE = 20_000;

export interface WatchedScope {
  now(): Promise<ScopeInForce>;
  /** For checks that run every few seconds: they need not resolve names each time. */
  recently(age?: number): Promise<ScopeInForce>;
}

/** Reports the same problem with portolan.yaml once, not at every turn. */
export function watchedScope(
  deps: { scope(onProblem?: (problem: unknown) => void): Promise<ScopeInForce> },
  complain: (problem: string) => void,
): WatchedScope {
  let complaint = "";
  let latest: { readonly scope: ScopeInForce; readonly at: number } | undefined;
  const now = async (): Promise<ScopeInForce> => {
    let problem = "";
    const current = await deps.scope((fault) => (problem = inOneLine(fault)));
    if (problem !== "" && problem !== complaint) complain(problem);
    complaint = problem;
    latest = { scope: current, at: performance.now() };
    return current;
  };
  return {
    now,
    recently: (age = SCOPE_AGE) =>
      latest !== undefined && performance.now() - latest.at < age ? Promise.resolve(latest.scope) : now(),
  };
}
