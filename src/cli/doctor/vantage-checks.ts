import type { StatusResult } from "../../contract/index.ts";
import type { Check } from "./check.ts";

/** Who works where. The one vantage point of an installation alone is no question; whether that runs, status says. */
export function checkVantagePoints(points: StatusResult["vantagePoints"]): Check[] {
  if (points === undefined || points.length < 2) return [];
  return points.map(({ name, own, lastWorked, overdue, workers }): Check => {
    const last = lastWorked === undefined ? "nobody ever looked from there" : `last looked from at ${lastWorked}`;
    const late = overdue.length === 0 ? "" : `; overdue: ${overdue.slice(0, 5).join(", ")}`;
    if (workers.length === 0) {
      return {
        name: `vantage ${name}`,
        verdict: "limited",
        detail: `nobody works there; ${last}${late}`,
        fix: own
          ? "portolan start, where portolan.yaml is"
          : `on a machine there, with this DATABASE_URL: portolan worker --vantage ${shellWord(name)}`,
      };
    }
    const who = workers.map(
      ({ kind, machine, pid, seenAt }) => `${kind} on ${machine} (process ${pid}), last seen ${seenAt}`,
    );
    return {
      name: `vantage ${name}`,
      verdict: overdue.length === 0 ? "ok" : "limited",
      detail: `${who.slice(0, 10).join("; ")}; ${last}${late}`,
    };
  });
}

function shellWord(name: string): string {
  return /^[A-Za-z0-9_.-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`;
}
