import { count, counted } from "../../model/index.ts";
import type { ProposalsResult, ProposalView, ReviewResult, SubmissionResult } from "../../contract/index.ts";
import { MOST_ROWS, type Page } from "../screen/page.ts";
import { toned } from "../screen/style.ts";
import { utcAndLocal } from "../screen/time.ts";
import { showDecided, showPorts } from "./baseline.ts";

/** The digits of a hash that people read and type. */
const SHOWN = 12;

export function showSubmission(page: Page, result: SubmissionResult): void {
  const { proposal } = result;
  showProposal(page, proposal);
  showChange(page, result);
  showWarnings(page, result.warnings);
  page.blank();
  page.say`Next: another person approves it, at the command line or on the page /baseline of the server:`;
  page.verbatim(`  portolan baseline approve ${proposal.proposal.slice(0, SHOWN)}`);
}

export function showProposals(page: Page, { proposals }: ProposalsResult): void {
  if (proposals.length === 0) {
    page.say`Nothing was proposed yet. Next: portolan baseline submit FILE.`;
    return;
  }
  for (const proposal of proposals.slice(0, MOST_ROWS)) showProposal(page, proposal);
  page.rest(proposals.length);
}

export function showReview(page: Page, result: ReviewResult): void {
  if (result.proposal === undefined) page.say`This document was not proposed yet.`;
  else showProposal(page, result.proposal);
  showChange(page, result);
  showWarnings(page, result.warnings);
  for (const [title, ports] of [
    ["Added or changed", result.added],
    ["Removed, or as it was before a change", result.removed],
  ] as const) {
    if (ports.length === 0) continue;
    page.blank();
    page.say`${title}:`;
    showPorts(page, ports);
  }
  page.blank();
  page.say`Nothing was approved.`;
}

/** Before an approval: selectors that match nothing, and dates in the past. */
export function showWarnings(page: Page, warnings: readonly string[]): void {
  if (warnings.length === 0) return;
  page.say`${toned("warn", `${counted(warnings.length, "entry", "entries")} to check before the approval:`)}`;
  for (const warning of warnings.slice(0, MOST_ROWS)) page.say`  ${warning}`;
  page.rest(warnings.length);
}

function showProposal(page: Page, proposal: ProposalView): void {
  const state =
    proposal.approvedAs === undefined ? "waits for an approval" : `approved as version ${proposal.approvedAs}`;
  page.say`${toned("strong", proposal.proposal.slice(0, SHOWN))} ${proposal.file}: ${counted(proposal.authorizedPorts, "authorized port")}, ${state}`;
  page.say`  proposed by ${proposal.proposedBy} on ${utcAndLocal(proposal.proposedAt, page.style)}`;
  showDecided(page, { alsoBy: proposal.alsoBy }, "  ");
}

function showChange(
  page: Page,
  { onVersion, added, removed, resolves }: Omit<ReviewResult, "schema" | "document" | "digest">,
): void {
  const on = onVersion === 0 ? "No port baseline is in force" : `Compared with version ${onVersion}, which is in force`;
  page.say`${on}: ${count(added.length)} added, ${count(removed.length)} removed; it would resolve ${counted(resolves, "open finding")}.`;
}
