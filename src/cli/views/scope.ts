import type { ScopeCheckResult, ScopeSetResult } from "../../contract/index.ts";
import { count, counted } from "../../model/index.ts";
import { MOST_ROWS, type Page } from "../screen/page.ts";
import { toned } from "../screen/style.ts";

export function showScopeCheck(page: Page, result: ScopeCheckResult, file: string): void {
  const { problems, warnings, targets, refused, added, removed, omitted, version } = result;
  for (const { line, column, problem } of problems) {
    page.say`${toned("bad", line === undefined ? file : `${file}:${line}:${column ?? 1}`)}: ${problem}`;
  }
  if (problems.length > 0) return;
  for (const each of targets.slice(0, MOST_ROWS)) {
    const addresses =
      each.addresses === undefined ? "uncounted addresses" : counted(each.addresses, "address", "addresses");
    page.say`${toned("strong", each.target)}: ${addresses} × ${counted(each.ports, "port")}, every ${each.cadence}; a full sweep takes ${time(each.seconds)}`;
  }
  if (targets.length > MOST_ROWS) page.say`and ${targets.length - MOST_ROWS} more (--json shows all)`;
  for (const warning of warnings) page.say`${toned("warn", "warning")}: ${warning}`;
  for (const { target, reason, next } of refused) page.say`${toned("bad", "refused")}: ${target}: ${reason}. ${next}`;
  if (omitted.refused > 0) page.say`and ${count(omitted.refused)} more that are refused`;
  if (!result.isNew) page.say`It means the same as version ${version}, in force.`;
  else if (version === 0) page.say`It would be the first version.`;
  else {
    page.say`Compared with version ${version}: ${ranges("adds", added, omitted.added)}; ${ranges("removes", removed, omitted.removed)}.`;
  }
}

export function showScopeSet(page: Page, { scope, isNew }: ScopeSetResult): void {
  page.say`portolan.yaml was replaced. ${isNew ? `Version ${scope.version} of the scope is in force.` : `Version ${scope.version} stays in force: it means the same.`}`;
}

function ranges(verb: string, those: readonly string[], omitted: number): string {
  if (those.length === 0) return `${verb} no address`;
  const more = Math.max(0, those.length - 5) + omitted;
  return `${verb} ${those.slice(0, 5).join(", ")}${more > 0 ? ` and ${counted(more, "more range")}` : ""}`;
}

function time(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  if (seconds < 90 * 60) return `${Math.ceil(seconds / 60)} min`;
  return `${(seconds / 3_600).toFixed(1)} h`;
}
