import type { FindingResult } from "../../contract/index.ts";
import { commandsAsRunHere } from "../program-name.ts";
import type { Page } from "../screen/page.ts";
import { toned } from "../screen/style.ts";
import { utcAndLocal } from "../screen/time.ts";
import { showBoundSince } from "./bound-since.ts";
import { episodeText, printFinding } from "./findings.ts";

/** One finding: where it stands, its episodes, what changed it and which sweep saw that. */
export function showFinding(page: Page, { finding, events, boundSince }: FindingResult): void {
  printFinding(page, finding);
  showBoundSince(page, { boundSince });
  const { episodes = [] } = finding;
  if (episodes.length > 1) {
    page.blank();
    page.say`${toned("strong", "Episodes")}`;
    for (const [index, episode] of episodes.entries()) page.say`  ${index + 1}. ${episodeText(page, episode)}`;
  }
  page.blank();
  page.say`${toned("strong", "Life")}`;
  for (const { at, status, sweep, note } of events) {
    const by = sweep === undefined ? "" : `, sweep ${sweep}`;
    page.say`  ${utcAndLocal(at, page.style)} ${status}${by}: ${note}`;
  }
  if (finding.next !== undefined) {
    page.blank();
    page.say`Next: ${commandsAsRunHere(finding.next, page.style.program)}`;
  }
}
