import { count, counted } from "../../model/index.ts";
import type { ApprovalResult, BaselineResult } from "../../contract/index.ts";
import type { Page } from "../screen/page.ts";
import { toned } from "../screen/style.ts";
import { utcAndLocal, utcShort } from "../screen/time.ts";
import { printFindings } from "./findings.ts";

export function showBaseline(page: Page, result: BaselineResult): void {
  page.say`Port baseline ${toned("strong", `version ${result.version}`)}, approved by ${result.approvedBy} on ${utcAndLocal(result.approvedAt, page.style)}`;
  page.say`${counted(result.authorizedPorts.length, "authorized port")}, digest ${result.digest.slice(0, 16)}`;
  page.blank();
  page.table({
    columns: [
      { title: "for", wraps: true },
      { title: "port", wraps: true },
      { title: "owner", wraps: true },
      { title: "justification", wraps: true },
      { title: "expires" },
    ],
    rows: result.authorizedPorts.map((port) => [
      selectorText(port.selector),
      `${port.transport}/${port.ports}${port.presence === "optional" ? " (optional)" : ""}`,
      port.owner,
      port.justification,
      expiry(port.expires, page.style.now),
    ]),
  });
}

export function showApproval(page: Page, result: ApprovalResult): void {
  page.say`Port baseline ${toned("strong", `version ${result.version}`)} is in force since ${utcAndLocal(result.approvedAt, page.style)}, approved by ${result.approvedBy}`;
  page.say`${counted(result.authorizedPorts, "authorized port")}, digest ${result.digest.slice(0, 16)}`;
  if (result.resolved.length === 0) return;
  page.blank();
  page.say`${toned("good", `${count(result.resolved.length)} ${result.resolved.length === 1 ? "finding is" : "findings are"} resolved by it`)}`;
  printFindings(page, result.resolved);
}

function selectorText(selector: BaselineResult["authorizedPorts"][number]["selector"]): string {
  return Object.entries({
    asset: selector.asset,
    tag: selector.tag,
    systemType: selector.systemType,
    cidr: selector.cidr,
  })
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key} ${value}`)
    .join(" and ");
}

function expiry(expires: string | undefined, now: number) {
  if (expires === undefined) return "never";
  return toned(
    Date.parse(expires) <= now ? "bad" : "plain",
    `${Date.parse(expires) <= now ? "EXPIRED " : ""}${utcShort(expires)}`,
  );
}
