import { count } from "../../model/index.ts";
import type { FindingView, FindingsResult } from "../../contract/index.ts";
import { MOST_ROWS, type Page } from "../screen/page.ts";
import { toned } from "../screen/style.ts";
import { utcAndLocal } from "../screen/time.ts";

export function isOpen(finding: FindingView): boolean {
  return finding.status !== "resolved";
}

export function showFindings(page: Page, result: FindingsResult, asked: string): void {
  const open = result.findings.filter(isOpen).length;
  if (result.findings.length === 0) {
    page.say`No ${asked} findings. Endpoints that nobody probed can still deviate: see portolan status.`;
    return;
  }
  const ofThem = asked === "open" ? "" : open === 0 ? ", none of them open" : `, ${count(open)} of them open`;
  page.say`${toned("strong", result.findings.length)} ${asked} ${result.findings.length === 1 ? "finding" : "findings"}${ofThem}`;
  page.blank();
  printFindings(page, result.findings);
}

/** Each finding with its number, status, summary and times; at most as many as a list shows. */
export function printFindings(page: Page, findings: readonly FindingView[]): void {
  for (const finding of findings.slice(0, MOST_ROWS)) {
    const { subject } = finding;
    page.say`  #${String(finding.id)} ${toned(isOpen(finding) ? "bad" : "good", finding.status)} ${toned("strong", finding.kind)}: ${finding.summary}`;
    page.say`     opened ${utcAndLocal(finding.openedAt, page.style)}, last seen ${utcAndLocal(finding.lastSeenAt, page.style)}, from ${finding.vantage}${subject.owner === undefined ? "" : `, owner ${subject.owner}`}${subject.ports === undefined ? "" : `, ports ${subject.ports[0]}-${subject.ports[1]}`}`;
    if (finding.gap !== undefined) {
      page.say`     nobody looked from ${time(page, finding.gap.from)} to ${time(page, finding.gap.to, "now")}`;
    }
    if (finding.resolvedAt !== undefined) {
      page.say`     resolved ${utcAndLocal(finding.resolvedAt, page.style)}: ${finding.resolution ?? "no reason recorded"}`;
    }
  }
  if (findings.length > MOST_ROWS) page.say`  and ${findings.length - MOST_ROWS} more (--json shows all)`;
}

function time(page: Page, instant: string | undefined, without = "an unknown time"): string {
  return instant === undefined ? without : utcAndLocal(instant, page.style);
}
