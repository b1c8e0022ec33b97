import { count, describeEndpoints, isOpen, severityBand } from "../../model/index.ts";
import { worstFirst, type FindingView, type FindingsResult } from "../../contract/index.ts";
import { commandsAsRunHere } from "../program-name.ts";
import { MOST_ROWS, type Page } from "../screen/page.ts";
import { toned } from "../screen/style.ts";
import { roughly, utcAndLocal } from "../screen/time.ts";
import { showBoundSince } from "./bound-since.ts";

/** Earlier episodes of one finding that a list shows: the last ones. */
const MOST_EARLIER = 3;

type Episode = NonNullable<FindingView["episodes"]>[number];

export function showFindings(page: Page, result: FindingsResult, asked: string): void {
  const open = result.findings.filter(isOpen).length;
  if (result.findings.length === 0) {
    page.say`No ${asked} findings. Endpoints that nobody probed can still deviate: see portolan status.`;
    return;
  }
  const ofThem = asked === "open" ? "" : open === 0 ? ", none of them open" : `, ${count(open)} of them open`;
  page.say`${toned("strong", result.findings.length)} ${asked} ${result.findings.length === 1 ? "finding" : "findings"}${ofThem}`;
  showBoundSince(page, result);
  page.blank();
  printFindings(page, result.findings.toSorted(worstFirst));
  printNextSteps(page, result.findings);
}

/** Each finding with its number, status and summary, and its episodes; at most as many as a list shows. */
export function printFindings(page: Page, findings: readonly FindingView[]): void {
  for (const finding of findings.slice(0, MOST_ROWS)) {
    printFinding(page, finding);
    const earlier = (finding.episodes ?? []).slice(0, -1);
    for (const episode of earlier.slice(-MOST_EARLIER)) page.say`     before that, ${episodeText(page, episode)}`;
    const left = earlier.length - MOST_EARLIER;
    if (left > 0) page.say`     and ${count(left)} episodes more: portolan findings show ${String(finding.id)}`;
  }
  if (findings.length > MOST_ROWS) page.say`  and ${findings.length - MOST_ROWS} more (--json shows all)`;
}

/** A finding with the times of its latest episode, and the time of exposure if there were several. */
export function printFinding(page: Page, finding: FindingView): void {
  const {
    id,
    status,
    kind,
    summary,
    severity,
    vantage,
    subject,
    gap,
    episodes = [],
    exposureSeconds = 0,
    processes = [],
  } = finding;
  page.say`  #${String(id)} ${toned(statusTone(finding), status)} ${toned("strong", kind)}: ${summary}`;
  const about = [
    ...(severity === undefined ? [] : [`severity ${severityBand(severity)}`]),
    `from ${vantage}`,
    ...(subject.owner === undefined ? [] : [`owner ${subject.owner}`]),
    ...(processes.length === 0 ? [] : [`process ${processes.join(" and ")}`]),
    ...(subject.ports === undefined ? [] : [`ports ${subject.ports[0]}-${subject.ports[1]}`]),
  ];
  page.say`     ${about.join(", ")}`;
  if (subject.endpoints !== undefined) page.say`     on ${describeEndpoints(subject.endpoints).join(", ")}`;
  page.say`     ${episodeText(page, finding)}`;
  if (episodes.length > 1)
    page.say`     episode ${count(episodes.length)}; in all of them exposed for ${roughly(exposureSeconds * 1_000)}`;
  if (gap !== undefined) page.say`     nobody looked from ${time(page, gap.from)} to ${time(page, gap.to, "now")}`;
}

/** `opened …, last seen …`, and how it ended. */
export function episodeText(page: Page, episode: Episode): string {
  const { openedAt, lastSeenAt } = episode;
  const seen = lastSeenAt === undefined ? "last sighting not recorded" : `last seen ${time(page, lastSeenAt)}`;
  const ending = endingText(episode);
  const at = episode.resolvedAt ?? episode.outOfScope?.at;
  const word = episode.outOfScope === undefined ? "resolved" : "ended";
  return `opened ${time(page, openedAt)}, ${seen}${ending === undefined ? "" : `, ${word} ${time(page, at)}: ${ending}`}`;
}

/** Why an episode ended; undefined while it has not. */
export function endingText({ resolvedAt, resolution, outOfScope }: Episode): string | undefined {
  if (outOfScope !== undefined) return `out of scope since version ${outOfScope.version}`;
  return resolvedAt === undefined ? undefined : (resolution ?? "no reason recorded");
}

/** One line for each kind of open finding: ten ports have one remedy. */
function printNextSteps(page: Page, findings: readonly FindingView[]): void {
  const steps = Map.groupBy(
    findings.filter(({ next }) => next !== undefined),
    ({ kind }) => kind,
  );
  if (steps.size === 0) return;
  page.blank();
  for (const [kind, [first]] of steps)
    page.say`Next, ${kind}: ${commandsAsRunHere(first?.next ?? "", page.style.program)}`;
}

function statusTone(finding: FindingView): "bad" | "good" | "warn" {
  if (isOpen(finding)) return "bad";
  return finding.status === "resolved" ? "good" : "warn";
}

function time(page: Page, instant: string | undefined, without = "an unknown time"): string {
  return instant === undefined ? without : utcAndLocal(instant, page.style);
}
