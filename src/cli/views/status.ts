import { count, counted } from "../../model/index.ts";
import type { StatusResult } from "../../contract/index.ts";
import type { Page } from "../screen/page.ts";
import { toned, type Value } from "../screen/style.ts";
import { shortTime, utcAndLocal, zoneOfTable } from "../screen/time.ts";
import { showSamples } from "./rolling-sample.ts";
import { approvedBy } from "./baseline.ts";
import { unsignedLooksText } from "./evidence.ts";
import { silentText } from "./sweep-words.ts";

export function showStatus(page: Page, result: StatusResult): void {
  const { scope, coverage, findings, baseline, log } = result;
  page.say`${toned("strong", scope.name)} at ${utcAndLocal(result.at, page.style)}`;
  if (result.synthetic === true)
    page.say`Record    ${toned("warn", "SYNTHETIC:")} a simulated network answered everything in it; nothing is scanned`;
  page.say`Scope     version ${String(scope.version)}: ${counted(scope.targets, "target")}, ${counted(scope.assets, "asset")}, seen from ${scope.vantage}`;
  if (result.aheadUntil !== undefined)
    page.say`Clock     ${toned("bad", "BEHIND THE RECORD")}, which has entries until ${utcAndLocal(result.aheadUntil, page.style)}: nothing is recorded. Next: portolan clock accept, if the clock is right now`;
  for (const { problem } of result.contradicted ?? [])
    page.say`Record    ${toned("bad", "CONTRADICTS ITS EVIDENCE LOG:")} ${problem} Nothing is decided on it. Next: portolan evidence verify --answers`;
  if (scope.problem !== undefined) page.say`${toned("bad", "The file is not in force:")} ${scope.problem}`;
  page.say`Coverage  ${counted(coverage.endpoints, "endpoint")}: ${coverage.known} known, ${silentWords(coverage)}${unknownWords(coverage.unknown)}`;
  const { hosts } = coverage;
  if (hosts !== undefined && hosts.silentEndpoints > 0) page.say`          ${silentText(hosts)}`;
  page.say`Open      ${result.open} of the known endpoints`;
  page.say`Findings  ${findings.open === 0 ? noFindings(coverage) : toned("bad", `${count(findings.open)} open`)}${kinds(findings.byKind)}`;
  if (baseline === undefined) {
    page.say`Baseline  ${toned("warn", "none approved, so no port can be unauthorized.")} Next: portolan baseline propose`;
  } else {
    page.say`Baseline  version ${String(baseline.version)}: ${counted(baseline.authorizedPorts, "authorized port")}, ${approvedBy(baseline.approvedBy)} on ${utcAndLocal(baseline.approvedAt, page.style)}`;
  }
  page.say`Evidence  ${log.size} entries, ${signedWords(log, page)}`;
  if (log.unsignedLooks !== undefined)
    page.say`          not signed yet: ${unsignedLooksText(log.unsignedLooks, page.style)}`;
  if (result.boundSince !== undefined)
    page.say`          answers about times before ${utcAndLocal(result.boundSince, page.style)} rest on rows as they stood then`;
  showAttested(page, log.attested);
  if (result.held !== undefined) {
    page.say`          ${toned("bad", "NOTHING IS RECORDED.")} ${result.held.problem}`;
    page.say`          Next: ${result.held.next}`;
  }
  showPublication(page, result.publication ?? []);
  page.say`Store     ${result.store === "embedded" ? "embedded database" : "PostgreSQL"}`;
  if (result.server !== undefined)
    page.say`Server    ${result.server.url}, process ${String(result.server.pid)}, since ${utcAndLocal(result.server.startedAt, page.style)}`;
  showSamples(page, result.vantagePoints ?? []);
  if (result.unfit !== undefined) page.say`Cadence   ${toned("warn", result.unfit.notice)}`;
  for (const sweep of result.running) {
    page.say`Running   sweep ${String(sweep.id)} (${sweep.kind}) over ${counted(sweep.planned, "endpoint")} since ${utcAndLocal(sweep.startedAt, page.style)}`;
  }

  showVantagePoints(page, result);
  if (result.targets.length === 0) return;
  page.blank();
  page.table({
    columns: [
      { title: "target", wraps: true },
      { title: "system type", wraps: true },
      { title: "every" },
      { title: `last sweep, ${zoneOfTable(page.style)}`, wraps: true },
      { title: `next due, ${zoneOfTable(page.style)}`, wraps: true },
    ],
    rows: result.targets.map((target) => [
      target.name,
      target.systemType,
      target.cadence,
      lastSweep(page, target.lastSweep),
      target.overdue
        ? toned(
            "bad",
            `OVERDUE${target.nextDue === undefined ? "" : ` since ${shortTime(target.nextDue, page.style)}`}`,
          )
        : target.nextDue === undefined
          ? "-"
          : shortTime(target.nextDue, page.style),
    ]),
  });
}

function showPublication(page: Page, destinations: NonNullable<StatusResult["publication"]>): void {
  for (const { destination, size, waiting, failing } of destinations) {
    const has = size === undefined ? "no checkpoint yet" : `${count(size)} entries`;
    const behind = waiting === 0 ? "" : `, ${count(waiting)} waiting`;
    if (failing === undefined) page.say`Published ${destination}: ${has}${behind}`;
    else
      page.say`Published ${destination}: ${has}${behind}, ${toned("bad", "NOT REACHED")} since ${utcAndLocal(failing.since, page.style)}: ${failing.problem}`;
  }
}

/** Shows nothing if nobody else attests checkpoints. */
function showAttested(page: Page, attested: StatusResult["log"]["attested"]): void {
  if (attested === undefined) return;
  const { witnesses, timestamped, untimedSince } = attested;
  for (const { name, size, at } of witnesses) {
    if (at === undefined) page.say`Witness   ${name}: ${toned("warn", "it has cosigned nothing yet")}`;
    else page.say`Witness   ${name}: cosigned ${counted(size, "entry", "entries")}, ${utcAndLocal(at, page.style)}`;
  }
  if (timestamped !== undefined)
    page.say`Timestamp over ${counted(timestamped.size, "entry", "entries")}, ${utcAndLocal(timestamped.at, page.style)}`;
  if (untimedSince !== undefined)
    page.say`Timestamp ${toned("bad", `NONE FOR ENTRIES SINCE ${utcAndLocal(untimedSince, page.style)}`)}`;
}

/** A checkpoint has no time of its own: the time is the signed one of the last entry that it covers. */
function signedWords({ size, signed = size, signedAt }: StatusResult["log"], page: Page): string {
  if (signedAt === undefined) return "no checkpoint yet";
  const part = signed === size ? "" : `${count(signed)} of them `;
  return `${part}signed, up to ${utcAndLocal(signedAt, page.style)}`;
}

/** Shows nothing if the installation has only one vantage point. */
function showVantagePoints(page: Page, { vantagePoints: points = [], server }: StatusResult): void {
  if (points.length < 2) return;
  for (const { name, own, targets, lastWorked, overdue, workers } of points) {
    const who =
      workers.length === 0
        ? own
          ? installationText(server)
          : toned("bad", "NO WORKER")
        : workers.map(({ kind, machine, pid }) => `${kind} on ${machine} (process ${pid})`).join(", ");
    const last = lastWorked === undefined ? "never swept" : `last sweep ${utcAndLocal(lastWorked, page.style)}`;
    const late = overdue.length === 0 ? "" : toned("bad", `, OVERDUE: ${overdue.slice(0, 5).join(", ")}`);
    page.say`From      ${name}: ${counted(targets, "target")}, ${who}, ${last}${late}`;
  }
}

/** On the embedded database, the installation is in no list of processes: it is alone. */
function installationText(server: StatusResult["server"]): Value {
  return server === undefined
    ? toned("bad", "NOT RUNNING (next: portolan start)")
    : `this installation (process ${String(server.pid)})`;
}

function lastSweep(page: Page, sweep: StatusResult["targets"][number]["lastSweep"]): Value {
  if (sweep === undefined) return toned("warn", "never swept");
  const when = shortTime(sweep.endedAt ?? sweep.startedAt, page.style);
  if (sweep.verdict === undefined) return `${when} running`;
  return sweep.verdict === "complete" ? when : toned("warn", `${when} ${sweep.verdict}`);
}

/** Silent endpoints of hosts that answer elsewhere; hosts that answered nothing have a line of their own. */
function silentWords({ silent, hosts }: StatusResult["coverage"]): Value {
  const here = silent - (hosts?.silentEndpoints ?? 0);
  return here === 0 ? "" : `${count(here)} without an answer, `;
}

function unknownWords(unknown: number): Value {
  return unknown === 0 ? "none unknown" : toned("warn", `${count(unknown)} UNKNOWN (nobody looked in time)`);
}

function noFindings(coverage: StatusResult["coverage"]): Value {
  if (coverage.known === 0) return toned("warn", "none, because nothing was probed");
  return coverage.unknown + coverage.silent === 0 ? toned("good", "none open") : "none open among the known endpoints";
}

function kinds(byKind: Readonly<Record<string, number>>): string {
  const parts = Object.entries(byKind).filter(([, number]) => number > 0);
  return parts.length === 0 ? "" : `: ${parts.map(([kind, number]) => `${count(number)} ${kind}`).join(", ")}`;
}
