import type { GapsResult } from "../../contract/index.ts";
import { MOST_ROWS, type Page } from "../screen/page.ts";
import { toned } from "../screen/style.ts";
import { roughly, utcAndLocal } from "../screen/time.ts";
import { assetText } from "./asset-text.ts";

export function showGaps(page: Page, result: GapsResult): void {
  page.say`From ${utcAndLocal(result.from, page.style)} to ${utcAndLocal(result.to, page.style)}, seen from ${result.vantage}`;
  if (result.assets.length === 0) {
    page.say`${toned("warn", "No assets are declared for this period, so nobody looked anywhere.")}`;
    return;
  }
  let room = MOST_ROWS;
  let left = 0;
  for (const asset of result.assets) {
    if (room <= 0) {
      left += 1;
      continue;
    }
    page.blank();
    page.say`${toned("strong", assetText(asset))}: ${toned(asset.covered === 1 ? "good" : "warn", `${share(asset.covered)} of the time looked at`)}`;
    room -= 1;
    for (const gap of asset.gaps.slice(0, Math.max(1, room))) {
      page.say`  ${toned("warn", "nobody looked")} from ${utcAndLocal(gap.from, page.style)} to ${utcAndLocal(gap.to, page.style)} (${roughly(Date.parse(gap.to) - Date.parse(gap.from))})${gap.cause === undefined ? "" : `: ${gap.cause}`}`;
    }
    if (asset.gaps.length > Math.max(1, room))
      page.say`  and ${asset.gaps.length - Math.max(1, room)} more gaps (--json shows all)`;
    room -= asset.gaps.length;
  }
  if (left > 0) {
    page.blank();
    page.say`and ${left} more assets (--json shows all)`;
  }
}

/** Rounded down, so that only a period without a gap reads as 100 %. */
export function share(covered: number): string {
  return `${(Math.floor(covered * 10_000) / 100).toFixed(2).replace(/\.?0+$/, "")} %`;
}
