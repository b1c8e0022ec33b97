import { counted } from "../../model/index.ts";
import type { DiffResult } from "../../contract/index.ts";
import { MOST_ROWS, type Page } from "../screen/page.ts";
import { toned } from "../screen/style.ts";
import { utcAndLocal } from "../screen/time.ts";
import { declaredText } from "./asset-text.ts";

export function showDiff(page: Page, result: DiffResult): void {
  page.say`From ${utcAndLocal(result.from, page.style)} to ${utcAndLocal(result.to, page.style)}, seen from ${result.vantage}`;
  if (result.compared === 0) {
    page.say`${toned("warn", "UNKNOWN: nothing was looked at in time at both instants, so nothing is compared.")}`;
  } else if (result.changes.length + result.otherChanges.length === 0) {
    page.say`Nothing changed on ${result.compared} endpoints, looked at in time at both instants.`;
  } else {
    page.say`${toned("strong", result.changes.length)} of ${result.compared} endpoints opened or are no longer open`;
    if (result.changes.length > 0)
      page.table({
        columns: [
          { title: "asset", wraps: true },
          { title: "address", wraps: true },
          { title: "port" },
          { title: "before" },
          { title: "after" },
        ],
        rows: result.changes.map((change) => [
          declaredText(change) ?? toned("warn", "undeclared"),
          change.address,
          `${change.transport}/${change.port}`,
          change.before,
          toned(change.after === "open" ? "bad" : "plain", change.after),
        ]),
      });
  }
  for (const change of result.otherChanges.slice(0, MOST_ROWS)) {
    page.say`${declaredText(change) ?? "undeclared"} ${change.addresses} ${change.transport}/${change.ports}: ${change.before} before, ${change.after} after (${counted(change.endpoints, "endpoint")})`;
  }
  if (result.otherChanges.length > MOST_ROWS) {
    page.say`and ${result.otherChanges.length - MOST_ROWS} more (--json shows all)`;
  }
  if (result.notCompared > 0) {
    page.say`${toned("warn", result.notCompared)} endpoints were looked at in time at one instant only: not compared.`;
  }
}
