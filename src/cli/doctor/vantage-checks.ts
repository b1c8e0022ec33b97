import type { StatusResult } from "../../contract/index.ts";
import type { Check } from "./check.ts";

/** One check per vantage point, for its workers. Skipped for a single vantage point: `status` reports on that one. */
export function checkVantagePoints(points: StatusResult["vantagePoints"], server?: { readonly pid: number }): Check[] {
  if (points === undefined || points.length < 2) return [];
  return points.map(({ name, own, lastWorked, overdue, workers }): Check => {
    const last = lastWorked === undefined ? "no sweep from there yet" : `last sweep ${lastWorked}`;
    const late = overdue.length === 0 ? "" : `; overdue: ${overdue.slice(0, 5).join(", ")}`;
    // On the embedded database, the installation is in no list of processes: it is alone.
    if (own && workers.length === 0 && server !== undefined) {
      const verdict = overdue.length === 0 ? "ok" : "limited";
      return { name: `vantage ${name}`, verdict, detail: `this installation (process ${server.pid}); ${last}${late}` };
    }
    if (workers.length === 0) {
      return {
        name: `vantage ${name}`,
        verdict: "limited",
        detail: `no worker; ${last}${late}`,
        fix: own
          ? "portolan start, in the directory of portolan.yaml"
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
