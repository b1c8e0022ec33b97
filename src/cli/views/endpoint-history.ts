import type { EndpointHistoryResult } from "../../contract/index.ts";
import { counted, describeService } from "../../model/index.ts";
import { MOST_ROWS, type Page } from "../screen/page.ts";
import { toned, type Tone } from "../screen/style.ts";
import { roughly, utcAndLocal } from "../screen/time.ts";
import { assetText } from "./asset-text.ts";
import { approvedBy } from "./baseline.ts";
import { showBoundSince } from "./bound-since.ts";

type Life = EndpointHistoryResult["endpoints"][number];

export function showEndpointHistory(page: Page, result: EndpointHistoryResult): void {
  page.say`${toned("strong", `${result.transport}/${result.port} on ${result.host}`)} from ${utcAndLocal(result.from, page.style)} to ${utcAndLocal(result.to, page.style)}, seen from ${result.vantage}`;
  if (result.recordedUntil !== undefined)
    page.say`as the record knows it, with entries until ${utcAndLocal(result.recordedUntil, page.style)}`;
  showBoundSince(page, result);
  for (const life of result.endpoints) showLife(page, life, result.pruned);
}

function showLife(page: Page, life: Life, pruned: EndpointHistoryResult["pruned"]): void {
  page.blank();
  page.say`${toned("strong", life.address)}${life.asset === undefined ? "" : ` ${assetText({ asset: life.asset })}`}: open for ${duration(life.openSeconds)}, unknown for ${duration(life.unknownSeconds)}`;
  const shown = life.states.slice(-MOST_ROWS);
  if (shown.length < life.states.length)
    page.say`  ${life.states.length - shown.length} earlier stretches are not listed (--json shows all)`;
  for (const { from, to, state, sweep } of shown) {
    const seen = sweep === undefined ? "" : `, first seen by sweep ${sweep}`;
    const isPruned = pruned !== undefined && from < pruned.until;
    const unknown = isPruned
      ? `UNKNOWN, pruned by retention (entry ${pruned.entry})`
      : "UNKNOWN, nobody looked in time";
    const text = state === "unknown" ? unknown : state;
    page.say`  ${utcAndLocal(from, page.style)} to ${utcAndLocal(to, page.style)}: ${toned(toneOf(state), text)}${seen}`;
  }
  for (const { from, to, identified } of life.services)
    page.say`  service from ${utcAndLocal(from, page.style)}${to === undefined ? " on" : ` to ${utcAndLocal(to, page.style)}`}: ${identified === undefined ? "not identified" : describeService(identified)}`;
  showDecisions(page, life);
  for (const { id, kind, status, openedAt, summary } of life.findings)
    page.say`  finding ${String(id)}, ${kind}, ${status}, opened ${utcAndLocal(openedAt, page.style)}: ${summary}`;
}

function showDecisions(page: Page, { authorizations }: Life): void {
  if (authorizations.length === 0) {
    page.say`  ${toned("warn", "No port baseline was in force, so nobody decided about it.")}`;
    return;
  }
  const shown = authorizations.slice(-MOST_ROWS);
  if (shown.length < authorizations.length)
    page.say`  ${counted(authorizations.length - shown.length, "earlier decision")} not listed (--json shows all)`;
  for (const { from, to, version, outcome, owner, justification, approvedBy: by, proposedBy } of shown) {
    const why = justification === undefined ? "" : `, for ${owner ?? "nobody"}: ${justification}`;
    const proposed = proposedBy === undefined ? "" : `, proposed by ${proposedBy}`;
    page.say`  ${utcAndLocal(from, page.style)} to ${utcAndLocal(to, page.style)}: ${toned(outcome === "authorized" ? "good" : "bad", OUTCOMES[outcome])} by port baseline version ${String(version)}${why} (${approvedBy(by)}${proposed})`;
  }
}

const OUTCOMES = {
  authorized: "authorized",
  expired: "authorization expired",
  elsewhere: "authorized for other vantage points only",
  none: "not authorized",
} as const;

function toneOf(state: Life["states"][number]["state"]): Tone {
  return state === "open" ? "strong" : state === "unknown" ? "warn" : "plain";
}

function duration(seconds: number): string {
  return seconds === 0 ? "no time" : roughly(seconds * 1_000);
}
