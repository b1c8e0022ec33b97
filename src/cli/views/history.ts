import type { AtResult, DiffResult } from "../../contract/index.ts";
import { count, counted, describeService } from "../../model/index.ts";
import { MOST_ROWS, type Page } from "../screen/page.ts";
import { toned } from "../screen/style.ts";
import { assetText, declaredText } from "./asset-text.ts";
import { utcAndLocal } from "../screen/time.ts";
import { countsText } from "./sweep-words.ts";
import { showBoundSince } from "./bound-since.ts";

type AssetAt = AtResult["assets"][number];

export function showAt(page: Page, result: AtResult): void {
  page.say`At ${toned("strong", utcAndLocal(result.at, page.style))}, seen from ${result.vantage}${asKnown(result)}`;
  const imported = result.importedUnder?.join(", ");
  if (imported !== undefined) {
    const inForce =
      result.scopeVersion === undefined
        ? "no scope had been recorded by then"
        : `scope version ${result.scopeVersion} was in force`;
    page.say`${inForce}; a scan of that time was imported later, under scope version ${imported}`;
  } else if (result.scopeVersion === undefined) {
    page.say`${toned("warn", "UNKNOWN: no scope had been recorded by then, so nobody looked anywhere.")}`;
  } else {
    page.say`scope version ${String(result.scopeVersion)} was in force`;
  }
  showBoundSince(page, result);
  let room = MOST_ROWS;
  let left = 0;
  for (const [index, asset] of result.assets.entries()) {
    if (index >= MOST_ROWS) break;
    page.blank();
    const isPruned = result.pruned !== undefined;
    page.say`${toned("strong", assetText(asset))} ${asset.addresses.slice(0, 5).join(", ")}${asset.addresses.length > 5 ? ` and ${count(asset.addresses.length - 5)} more` : ""}: ${answer(asset, isPruned)}`;
    showLooks(page, asset);
    const shown = asset.open.slice(0, Math.max(0, room));
    room -= shown.length;
    left += asset.open.length - shown.length;
    for (const open of shown) {
      page.say`  ${asset.addresses.length > 1 || asset.addresses[0] !== open.address ? `${open.address} ` : ""}${toned("strong", `${open.transport}/${String(open.port)}`)} open since ${utcAndLocal(open.since, page.style)}${open.identified === undefined ? "" : `, ${describeService(open.identified)}`}`;
    }
    if (shown.length < asset.open.length)
      page.say`  and ${asset.open.length - shown.length} more open (--json shows all)`;
    if (asset.answer !== "unknown") page.say`  ${countsText(asset.counts, asset.hosts)}`;
    if (asset.answer === "partly-known")
      page.say`  ${toned("warn", `UNKNOWN on at least one address: ports ${asset.unknownPorts}`)}`;
    if (asset.note !== undefined && asset.answer !== "silent") page.say`  ${toned("warn", asset.note)}`;
  }
  page.blank();
  if (result.assets.length > MOST_ROWS)
    page.say`and ${result.assets.length - MOST_ROWS} more assets (--json shows all)`;
  if (left > 0) page.say`${left} open endpoints are not listed (--json shows all)`;
  if (result.assets.length > 0) page.say`In all: ${countsText(result.counts, result.hosts)}`;
}

function asKnown({ known }: Pick<AtResult, "known">): string {
  return known === undefined ? "" : ", as the record knew it then";
}

/** Not every endpoint is scanned as often as the one that was scanned last. */
function showLooks(page: Page, { lastLookedAt: last, oldestLookedAt: oldest = last }: AssetAt): void {
  if (last === undefined || oldest === undefined) return;
  if (oldest === last) page.say`  last scanned ${utcAndLocal(last, page.style)}`;
  else
    page.say`  last scanned between ${utcAndLocal(oldest, page.style)} and ${utcAndLocal(last, page.style)}, by endpoint`;
}

function answer(asset: AssetAt, isPruned: boolean) {
  if (asset.answer === "unknown" && isPruned) return toned("warn", "UNKNOWN, what was observed was pruned");
  if (asset.answer === "unknown") {
    return toned("warn", `UNKNOWN, nobody looked in the ${asset.staleness} before`);
  }
  if (asset.answer === "partly-known") {
    const silent = asset.counts.open + asset.counts.closed + asset.counts.filtered === 0;
    return toned("warn", silent ? "PARTLY SCANNED, and SILENT there: nothing is known about it" : "PARTLY KNOWN");
  }
  if (asset.answer === "silent") return toned("warn", "SILENT, nothing answered, so nothing is known about its ports");
  return toned("good", "known");
}

export function showDiff(page: Page, result: DiffResult): void {
  page.say`From ${utcAndLocal(result.from, page.style)} to ${utcAndLocal(result.to, page.style)}, seen from ${result.vantage}${asKnown(result)}`;
  showBoundSince(page, result);
  if (result.compared === 0) {
    page.say`${toned("warn", "UNKNOWN: no endpoint was known at both instants, so nothing is compared.")}`;
  } else if (result.changes.length + result.otherChanges.length === 0) {
    page.say`Nothing changed on the ${counted(result.compared, "endpoint")} known at both instants.`;
  } else {
    page.say`${toned("strong", result.changes.length)} of ${counted(result.compared, "endpoint")} opened or no longer open`;
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
    page.say`${toned("warn", counted(result.notCompared, "endpoint"))} known at only one of the instants: not compared.`;
  }
}

/** Rounded down, so that only a period without a gap reads as 100 %. */
export function share(covered: number): string {
  return `${(Math.floor(covered * 10_000) / 100).toFixed(2).replace(/\.?0+$/, "")} %`;
}
