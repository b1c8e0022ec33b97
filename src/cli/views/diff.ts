import type { DiffResult } from "../../contract/index.ts";
import type { Page } from "../screen/page.ts";
import { toned } from "../screen/style.ts";
import { utcAndLocal } from "../screen/time.ts";

export function showDiff(page: Page, result: DiffResult): void {
  page.say`From ${utcAndLocal(result.from, page.style)} to ${utcAndLocal(result.to, page.style)}, seen from ${result.vantage}`;
  if (result.compared === 0) {
    page.say`${toned("warn", "UNKNOWN: no endpoint is known at both times, so nothing could be compared.")}`;
  } else if (result.changes.length === 0) {
    page.say`Nothing changed on the ${result.compared} endpoints that are known at both times.`;
  } else {
    page.say`${toned("strong", result.changes.length)} changed of ${result.compared} endpoints that are known at both times`;
    page.table({
      columns: [
        { title: "asset", wraps: true },
        { title: "address", wraps: true },
        { title: "port" },
        { title: "before" },
        { title: "after" },
      ],
      rows: result.changes.map((change) => [
        change.asset ?? toned("warn", "undeclared"),
        change.address,
        `${change.transport}/${change.port}`,
        change.before,
        toned(change.after === "open" ? "bad" : "plain", change.after),
      ]),
    });
  }
  if (result.notCompared > 0) {
    page.say`${toned("warn", result.notCompared)} endpoints are known at one of the two times only, and were not compared.`;
  }
}
