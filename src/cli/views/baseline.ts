import { count, counted } from "../../model/index.ts";
import type { ApprovalResult, AssetPortsResult, BaselineHistoryResult, BaselineResult } from "../../contract/index.ts";
import type { Page } from "../screen/page.ts";
import { toned, type Style } from "../screen/style.ts";
import { shortTime, utcAndLocal } from "../screen/time.ts";
import { printFindings } from "./findings.ts";

type Port = BaselineResult["authorizedPorts"][number];
type Decided = Pick<BaselineResult, "proposedBy" | "alsoBy">;

/** `approved by Jane Doe <jane@example.com>`, or `approval typed by the operator (root): Jane Doe`. */
export function approvedBy(approver: string): string {
  return approver.startsWith("typed by") ? `approval ${approver}` : `approved by ${approver}`;
}

export function showBaseline(page: Page, result: BaselineResult): void {
  page.say`Port baseline ${toned("strong", `version ${result.version}`)}, ${approvedBy(result.approvedBy)} on ${utcAndLocal(result.approvedAt, page.style)}`;
  showDecided(page, result);
  page.say`${counted(result.authorizedPorts.length, "authorized port")}, digest ${result.digest.slice(0, 16)}`;
  page.blank();
  showPorts(page, result.authorizedPorts);
}

export function showPorts(page: Page, ports: readonly Port[]): void {
  page.table({
    columns: [
      { title: "for", wraps: true },
      { title: "port", wraps: true },
      { title: "owner", wraps: true },
      { title: "justification", wraps: true },
      { title: "expires" },
    ],
    rows: ports.map((port) => [
      selectorText(port.selector),
      portText(port),
      port.owner,
      port.justification,
      expiry(port.expires, page.style),
    ]),
  });
}

export function showAssetPorts(page: Page, result: AssetPortsResult): void {
  page.say`${toned("strong", result.asset)} (${result.addresses.join(", ") || "no address"}) at ${utcAndLocal(result.at, page.style)}: ${counted(result.ports.length, "authorized port")} by port baseline version ${result.version}`;
  for (const port of result.ports) {
    const { since } = port;
    page.blank();
    page.say`  ${toned("strong", portText(port))} ${port.ended ? toned("bad", "EXPIRED ") : ""}for ${selectorText(port.selector)}`;
    page.say`    ${port.owner}: ${port.justification}`;
    page.say`    since version ${since.version}, ${approvedBy(since.approvedBy)} on ${utcAndLocal(since.approvedAt, page.style)}`;
    if (since.proposedBy !== undefined) page.say`    proposed by ${since.proposedBy}`;
    if (port.expires !== undefined) page.say`    expires ${utcAndLocal(port.expires, page.style)}`;
  }
}

export function showBaselineHistory(page: Page, { versions }: BaselineHistoryResult): void {
  if (versions.length === 0) {
    page.say`No port baseline has been approved yet.`;
    return;
  }
  for (const version of versions.slice(0, 50)) {
    page.say`${toned("strong", `version ${version.version}`)} ${utcAndLocal(version.approvedAt, page.style)}, ${approvedBy(version.approvedBy)}`;
    showDecided(page, version, "  ");
    page.say`  ${counted(version.authorizedPorts, "authorized port")}: ${count(version.added)} added, ${count(version.removed)} removed; digest ${version.digest.slice(0, 16)}`;
  }
  page.rest(versions.length);
}

export function showApproval(page: Page, result: ApprovalResult): void {
  page.say`Port baseline ${toned("strong", `version ${result.version}`)} is in force since ${utcAndLocal(result.approvedAt, page.style)}, ${approvedBy(result.approvedBy)}`;
  showDecided(page, result);
  page.say`${counted(result.authorizedPorts, "authorized port")}, digest ${result.digest.slice(0, 16)}`;
  if (result.resolved.length === 0) return;
  page.blank();
  page.say`${toned("good", `${count(result.resolved.length)} ${result.resolved.length === 1 ? "finding is" : "findings are"} resolved by it`)}`;
  printFindings(page, result.resolved);
}

/** Who proposed it, and every other person who could have decided. */
export function showDecided(page: Page, { proposedBy, alsoBy = [] }: Decided, indent = ""): void {
  if (proposedBy !== undefined) page.say`${indent}proposed by ${proposedBy}`;
  for (const { name, through, since } of alsoBy) {
    const what = through === "link" ? "password link, used" : "key, made";
    page.say`${indent}${toned("warn", `also by ${name}`)}, who made the ${what} ${since === undefined ? "before" : utcAndLocal(since, page.style)}`;
  }
}

function portText({ transport, ports, presence }: Port): string {
  return `${transport}/${ports}${presence === "optional" ? " (optional)" : ""}`;
}

function selectorText(selector: Port["selector"]): string {
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

function expiry(expires: string | undefined, style: Style) {
  if (expires === undefined) return "never";
  return toned(
    Date.parse(expires) <= style.now ? "bad" : "plain",
    `${Date.parse(expires) <= style.now ? "EXPIRED " : ""}${shortTime(expires, style)}`,
  );
}
