import { count } from "../../model/index.ts";
import type { ExposureResult } from "../../contract/index.ts";
import { MOST_ROWS, type Page } from "../screen/page.ts";
import { toned, type Value } from "../screen/style.ts";
import { utcAndLocal } from "../screen/time.ts";
import { declaredText } from "./asset-text.ts";
import { showBoundSince } from "./bound-since.ts";

export function showExposure(page: Page, result: ExposureResult): void {
  page.say`At ${toned("strong", utcAndLocal(result.at, page.style))}`;
  showBoundSince(page, result);
  if (result.vantagePoints.length === 0) {
    page.say`${toned("warn", "UNKNOWN: no scope had been recorded by then, so nobody looked anywhere.")}`;
    return;
  }
  if (result.endpoints.length === 0) {
    page.say`${toned("warn", "Nothing is known to be open from any vantage point;")} where nobody looked, that does not mean closed.`;
    return;
  }
  page.table({
    columns: [
      { title: "asset", wraps: true },
      { title: "endpoint" },
      { title: "host", wraps: true },
      ...result.vantagePoints.map(({ name, imported }) => ({ title: imported === true ? `${name} (import)` : name })),
    ],
    rows: result.endpoints
      .slice(0, MOST_ROWS)
      .map((endpoint) => [
        declaredText(endpoint) ?? toned("warn", "undeclared"),
        `${endpoint.transport}/${endpoint.address.includes(":") ? `[${endpoint.address}]` : endpoint.address}:${endpoint.port}`,
        hostText(endpoint.host),
        ...endpoint.seen.map(stateText),
      ]),
  });
  const left = result.omitted + Math.max(0, result.endpoints.length - MOST_ROWS);
  if (left > 0) page.say`and ${count(left)} more (--json shows ${result.omitted > 0 ? "some of them" : "all"})`;
}

function hostText(host: ExposureResult["endpoints"][number]["host"]): Value {
  if (host.says !== "listening") return host.says === "unknown" ? "unknown" : "not listening";
  return (host.listeners ?? [])
    .map(({ bind, process }) => `listening on ${bind}${process === undefined ? "" : ` (${process})`}`)
    .join(", ");
}

function stateText({ state, allowed }: ExposureResult["endpoints"][number]["seen"][number]): Value {
  if (state === "unknown") return toned("warn", "UNKNOWN");
  if (state !== "open") return state;
  return allowed === false ? toned("bad", "OPEN, not allowed") : toned("good", "open");
}
