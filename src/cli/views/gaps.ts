import type { GapExplanationResult, GapExplanationView, GapResult, GapsResult } from "../../contract/index.ts";
import { counted } from "../../model/index.ts";
import { MOST_ROWS, type Page } from "../screen/page.ts";
import { toned } from "../screen/style.ts";
import { roughly, utcAndLocal } from "../screen/time.ts";
import { assetText } from "./asset-text.ts";
import { showBoundSince } from "./bound-since.ts";
import { share } from "./history.ts";

type Gap = GapsResult["assets"][number]["gaps"][number];

export function showGaps(page: Page, result: GapsResult): void {
  page.say`From ${utcAndLocal(result.from, page.style)} to ${utcAndLocal(result.to, page.style)}, seen from ${result.vantage}`;
  showBoundSince(page, result);
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
    page.say`${toned("strong", assetText(asset))}: ${toned(asset.covered === 1 ? "good" : "warn", `${share(asset.covered)} of the time covered`)}`;
    room -= 1;
    for (const gap of asset.gaps.slice(0, Math.max(1, room))) showOf(page, gap);
    if (asset.gaps.length > Math.max(1, room))
      page.say`  and ${asset.gaps.length - Math.max(1, room)} more gaps (--json shows all)`;
    room -= asset.gaps.length;
  }
  if (left > 0) {
    page.blank();
    page.say`and ${left} more assets (--json shows all)`;
  }
  showExplanations(page, result.explanations ?? []);
}

/** A name of a gap has no blanks: with any, it would be two arguments, or two lines. */
function oneWord(gap: string): string {
  return gap.replaceAll(/\s+/g, "");
}

function showOf(page: Page, gap: Gap): void {
  page.say`  ${toned("warn", "nobody looked")} from ${utcAndLocal(gap.from, page.style)} to ${utcAndLocal(gap.to, page.style)} (${lasting(gap)})${gap.cause === undefined ? "" : `: ${gap.cause}`}`;
  if (gap.gap === undefined) return;
  page.say`    ${standing(gap)}`;
  page.verbatim(`    ${oneWord(gap.gap)}`);
}

/** Whether a gap is explained and accepted, in words. */
function standing({ explanations = [], unexplainedSeconds = 0, unsignedSeconds = 0 }: Gap) {
  if (explanations.length === 0) return toned("warn", "not explained");
  const which = explanations.join(", ");
  const parts = [
    ...(unexplainedSeconds === 0 ? [] : [`${roughly(unexplainedSeconds * 1_000)} of it not explained`]),
    ...(unsignedSeconds === 0 ? [] : [`${roughly(unsignedSeconds * 1_000)} of it not signed off`]),
  ];
  return parts.length === 0
    ? toned("good", `explained and signed off (${which})`)
    : toned("warn", `explained (${which}): ${parts.join(", ")}`);
}

export function showGap(page: Page, result: GapResult): void {
  const end = result.goesOn ? "until now" : `to ${utcAndLocal(result.to, page.style)}`;
  page.say`${toned("strong", assetText(result))}: ${toned("warn", "nobody looked")} from ${utcAndLocal(result.from, page.style)} ${end} (${lasting(result)}), seen from ${result.vantage}`;
  page.say`  cause in the record: ${result.cause ?? "none"}`;
  page.blank();
  page.say`What other sources covered`;
  if (result.evidence.length === 0) page.say`  nothing`;
  showEvidence(page, result.evidence);
  showExplanations(page, result.explanations);
  page.blank();
  for (const each of result.unexplained) page.say`${toned("warn", "not explained")}: ${stretch(page, each)}`;
  for (const each of result.unsigned) page.say`${toned("warn", "not signed off")}: ${stretch(page, each)}`;
  if (result.unexplained.length + result.unsigned.length === 0)
    page.say`${toned("good", "All of it is explained and signed off.")}`;
}

/** Explanations, each with its text and who accepted it. */
export function showExplanations(page: Page, explanations: readonly GapExplanationView[]): void {
  if (explanations.length === 0) return;
  page.blank();
  page.say`${toned("strong", counted(explanations.length, "explanation"))}`;
  for (const each of explanations.slice(0, MOST_ROWS)) showExplanation(page, each);
  page.rest(explanations.length);
}

function showExplanation(page: Page, each: GapExplanationView): void {
  page.say`  ${toned("strong", each.explanation)} ${each.cause}, by ${each.explainedBy}${also(each)} on ${utcAndLocal(each.explainedAt, page.style)}`;
  for (const line of each.text.split("\n").slice(0, 20)) page.say`    ${line}`;
  if (each.references.length > 0) page.say`    see ${each.references.join("; ")}`;
  page.say`    ${signature(page, each)}`;
}

function signature(page: Page, { signedOff }: GapExplanationView) {
  if (signedOff === undefined) return toned("warn", "not signed off");
  return `signed off by ${signedOff.by}${also(signedOff)} on ${utcAndLocal(signedOff.at, page.style)}`;
}

function also({ alsoBy = [] }: Pick<GapExplanationView, "alsoBy">): string {
  const others = alsoBy.map(
    ({ name, through }) => `${name}, who made the ${through === "link" ? "password link" : "key"}`,
  );
  return others.length === 0 ? "" : ` (and ${others.join("; ")})`;
}

function showEvidence(page: Page, evidence: GapResult["evidence"]): void {
  for (const { kind, name, endpoints, time, share: all, from, to } of evidence) {
    if (time === undefined) {
      page.say`  ${KINDS[kind]} ${name}: lists ${share(endpoints)} of the addresses, true at ${utcAndLocal(from, page.style)}`;
      continue;
    }
    const of = kind === "host-sensor" ? "addresses" : "endpoints";
    page.say`  ${KINDS[kind]} ${name}: up to ${share(endpoints)} of the ${of}, in ${share(time)} of the time (${share(all ?? 0)} in all), between ${utcAndLocal(from, page.style)} and ${utcAndLocal(to, page.style)}`;
  }
}

const KINDS: Readonly<Record<GapResult["evidence"][number]["kind"], string>> = {
  "same-vantage-point": "the vantage point itself,",
  "vantage-point": "vantage point",
  import: "imported scans,",
  "host-sensor": "host sensor",
  "boundary-source": "list",
};

export function showExplained(page: Page, result: GapExplanationResult): void {
  page.say`Recorded explanation ${toned("strong", result.explanation)} for ${counted(result.gaps.length, "gap")} seen from ${result.vantage}, by ${result.explainedBy}`;
  showStretches(page, result);
  if (result.evidence.length > 0) page.say`What other sources covered of the named gap`;
  showEvidence(page, result.evidence);
  page.say`Next, another person:`;
  page.verbatim(`  portolan gaps sign-off ${oneWord(result.gap)}`);
}

export function showSignedOff(page: Page, result: GapExplanationResult): void {
  page.say`${toned("good", "Signed off")}: explanation ${result.explanation} for ${counted(result.gaps.length, "gap")} seen from ${result.vantage}`;
  showStretches(page, result);
  showExplanation(page, result);
}

function showStretches(page: Page, { gaps }: GapExplanationResult): void {
  for (const each of gaps.slice(0, MOST_ROWS)) page.say`  ${assetText(each)}: ${stretch(page, each)}`;
  page.rest(gaps.length);
}

function stretch(page: Page, { from, to }: { readonly from: string; readonly to: string }): string {
  return `${utcAndLocal(from, page.style)} to ${utcAndLocal(to, page.style)} (${lasting({ from, to })})`;
}

function lasting({ from, to }: { readonly from: string; readonly to: string }): string {
  return roughly(Date.parse(to) - Date.parse(from));
}
