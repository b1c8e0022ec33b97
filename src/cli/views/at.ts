import type { AtResult } from "../../contract/index.ts";
import { count, describeService } from "../../model/index.ts";
import { MOST_ROWS, type Page } from "../screen/page.ts";
import { toned } from "../screen/style.ts";
import { utcAndLocal } from "../screen/time.ts";
import { assetText } from "./asset-text.ts";
import { countsText } from "./sweep.ts";

type AssetAt = AtResult["assets"][number];

export function showAt(page: Page, result: AtResult): void {
  page.say`At ${toned("strong", utcAndLocal(result.at, page.style))}, seen from ${result.vantage}`;
  if (result.scopeVersion === undefined) {
    page.say`${toned("warn", "UNKNOWN: no scope had been recorded by then, so nobody looked anywhere.")}`;
  } else {
    page.say`scope version ${String(result.scopeVersion)} was in force`;
  }
  let room = MOST_ROWS;
  let left = 0;
  for (const [index, asset] of result.assets.entries()) {
    if (index >= MOST_ROWS) break;
    page.blank();
    page.say`${toned("strong", assetText(asset))} ${asset.addresses.slice(0, 5).join(", ")}${asset.addresses.length > 5 ? ` and ${count(asset.addresses.length - 5)} more` : ""}: ${answer(asset)}`;
    if (asset.lastLookedAt !== undefined) page.say`  last looked at ${utcAndLocal(asset.lastLookedAt, page.style)}`;
    const shown = asset.open.slice(0, Math.max(0, room));
    room -= shown.length;
    left += asset.open.length - shown.length;
    for (const open of shown) {
      page.say`  ${asset.addresses.length > 1 || asset.addresses[0] !== open.address ? `${open.address} ` : ""}${toned("strong", `${open.transport}/${String(open.port)}`)} open since ${utcAndLocal(open.since, page.style)}${open.identified === undefined ? "" : `, ${describeService(open.identified)}`}`;
    }
    if (shown.length < asset.open.length)
      page.say`  and ${asset.open.length - shown.length} more open (--json shows all)`;
    if (asset.answer !== "unknown") page.say`  ${countsText(asset.counts)}`;
    if (asset.answer === "partly-known")
      page.say`  ${toned("warn", `UNKNOWN on some address: ports ${asset.unknownPorts}`)}`;
    if (asset.note !== undefined && asset.answer !== "silent") page.say`  ${toned("warn", asset.note)}`;
  }
  page.blank();
  if (result.assets.length > MOST_ROWS)
    page.say`and ${result.assets.length - MOST_ROWS} more assets (--json shows all)`;
  if (left > 0) page.say`${left} open endpoints are not listed above (--json shows all)`;
  if (result.assets.length > 0) page.say`In all: ${countsText(result.counts)}`;
}

function answer(asset: AssetAt) {
  if (asset.answer === "unknown") {
    return toned("warn", `UNKNOWN, nobody looked within ${asset.staleness} before`);
  }
  if (asset.answer === "partly-known") {
    const silent = asset.counts.open + asset.counts.closed + asset.counts.filtered === 0;
    return toned("warn", silent ? "PARTLY LOOKED AT, and SILENT where it was: nothing is known of it" : "PARTLY KNOWN");
  }
  if (asset.answer === "silent") return toned("warn", "SILENT, nothing answered, so nothing is known of its ports");
  return toned("good", "known");
}
