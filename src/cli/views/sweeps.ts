import type { SweepResult, SweepSummary } from "../../contract/index.ts";
import { count, counted, describeService } from "../../model/index.ts";
import { MOST_ROWS, type Page } from "../screen/page.ts";
import { toned } from "../screen/style.ts";
import { utcAndLocal } from "../screen/time.ts";
import { printFindings } from "./findings.ts";
import { listenerText } from "./listener.ts";
import { countsText, recallText, times, verdictWord } from "./sweep-words.ts";

/** More open ports than this on one host are counted, not listed: no host has as many services. */
const MANY_PORTS = 1_000;

export function showSweep(page: Page, result: SweepResult): void {
  const { sweep } = result;
  page.say`Sweep ${String(sweep.id)} ${verdictWord(sweep)}, seen from ${sweep.vantage} by the ${sweep.engine} engine`;
  page.say`  ${times(page, sweep)}`;
  page.say`  ${result.targets.slice(0, 5).join(", ")}${result.targets.length > 5 ? ` and ${count(result.targets.length - 5)} more` : ""}; ports ${result.ports}; scope version ${String(result.scopeVersion)}`;
  if (result.runs.length > 1) {
    const [first] = result.runs;
    page.say`  ${toned("warn", `gone on with after a crash: ${counted(result.runs.length, "run")}, the first of them looked`)} ${utcAndLocal(first?.from ?? sweep.startedAt, page.style)}`;
  }
  if (result.engineNote !== undefined) page.say`  ${toned("faint", result.engineNote)}`;
  if (sweep.reason !== undefined) page.say`  ${toned("warn", `why: ${sweep.reason}`)}`;
  if (sweep.verdict === "untrusted") {
    page.say`  ${toned("warn", "It missed too much to be believed, so it changed nothing but coverage.")}`;
  }
  page.say`  ${count(sweep.planned)} endpoints: ${countsText(sweep.counts ?? {})}`;
  page.say`  ${recallText(sweep.recall)}`;
  if ((sweep.engineReport?.dropped ?? 0) > 0) {
    page.say`  ${toned("warn", `${count(sweep.engineReport?.dropped ?? 0)} answers were lost on this machine: it received faster than it read. They were asked for again.`)}`;
  }

  showDoubt(page, sweep);

  page.blank();
  showOpen(page, result);
  showSilent(page, result);
  showLimited(page, result);

  page.blank();
  if (result.findings.length === 0) page.say`No open findings on what this sweep covered${silenceAside(result)}.`;
  else {
    page.say`${toned("bad", `${count(result.findings.length)} open ${result.findings.length === 1 ? "finding" : "findings"}`)} on what this sweep covered (${counted(result.confirmed, "endpoint")} probed a second time)`;
    printFindings(page, result.findings);
  }
  if (result.resolved.length > 0) {
    page.blank();
    page.say`${toned("good", `${count(result.resolved.length)} resolved`)} by this sweep`;
    printFindings(page, result.resolved);
  }
  if (result.baselineVersion === undefined) {
    page.blank();
    page.say`${toned("warn", "No port baseline is approved, so nothing could be unauthorized.")} Next: portolan baseline propose`;
  }
}

function showDoubt(page: Page, { engineReport }: SweepSummary): void {
  if (engineReport === undefined) return;
  const { loss, doubtful } = engineReport;
  if (loss >= 0.001)
    page.say`  ${(loss * 100).toFixed(1)} % of the tries were lost on the way; silent endpoints were tried more often for it`;
  if (doubtful.hosts === 0) return;
  const limiting = doubtful.first.some(({ why }) => why === "limits-refusals");
  page.say`  ${toned("warn", `${counted(doubtful.endpoints, "silent endpoint")} of ${counted(doubtful.hosts, "host")} may be closed: ${limiting ? "the hosts limit their refusals" : "too much was lost on the way"}. They are not called filtered.`)}`;
}

export function showOpen(page: Page, result: SweepResult): void {
  if (result.open.length === 0) {
    page.say`Nothing was seen open${result.sweep.verdict === "complete" && silenceAside(result) === "" ? "" : "; that does not cover what did not answer or was not looked at"}.`;
    return;
  }
  page.say`${toned("strong", result.open.length)} open`;
  const floods = floodedBy(result);
  const listed = result.open.filter(({ address, transport }) => !floods.has(`${address} ${transport}`));
  if (listed.length > 0) {
    const isKnown = listed.some(({ identified }) => identified !== undefined);
    page.table({
      columns: [
        { title: "asset", wraps: true },
        { title: "address", wraps: true },
        { title: "port" },
        { title: "registered as", wraps: true },
        ...(isKnown ? [{ title: "answers as", wraps: true as const }] : []),
        { title: "process", wraps: true },
      ],
      rows: listed.map((open) => [
        open.asset ?? toned("warn", "undeclared"),
        open.address,
        `${open.transport}/${open.port}`,
        open.service ?? "-",
        ...(isKnown ? [open.identified === undefined ? "unknown" : describeService(open.identified)] : []),
        listenerText(open),
      ]),
    });
  }
  for (const [host, ports] of floods) {
    page.say`${toned("warn", `${host}: ${count(ports)} ports open, as a proxy or tarpit answers; listed with --json`)}`;
  }
}

/** Hosts that have more open ports than anybody reads, with the number of them. */
function floodedBy({ open }: SweepResult): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { address, transport } of open) {
    const host = `${address} ${transport}`;
    counts.set(host, (counts.get(host) ?? 0) + 1);
  }
  return new Map([...counts].filter(([, ports]) => ports > MANY_PORTS));
}

/** A host that answers may still have endpoints that do not: over UDP silence is no answer. */
function silenceAside({ silent, sweep }: SweepResult): string {
  if (silent.length > 0) return ", silent hosts aside";
  return (sweep.counts?.["no-response"] ?? 0) > 0 ? ", silent endpoints aside" : "";
}

function showLimited(page: Page, { limited = [] }: SweepResult): void {
  for (const { asset, address, unresolved, perSecond } of limited.slice(0, MOST_ROWS)) {
    const host = asset === undefined || asset === address ? address : `${asset} (${address})`;
    page.say`${toned("warn", `${counted(unresolved, "UDP endpoint")} of ${host} unresolved`)}: it refuses about ${String(perSecond)} closed ports a second, so which are closed and which are silent is not known.`;
  }
  if (limited.length > MOST_ROWS) page.say`and ${limited.length - MOST_ROWS} more hosts (--json shows all)`;
}

function showSilent(page: Page, result: SweepResult): void {
  if (result.silent.length === 0) return;
  page.blank();
  page.say`${toned("warn", `${count(result.silent.length)} silent`)}: nothing answered there, so nothing is known of it. Silent is not clean.`;
  page.table({
    columns: [{ title: "asset", wraps: true }, { title: "address", wraps: true }, { title: "state" }],
    rows: result.silent.map((silent) => [silent.asset ?? "undeclared", silent.address, `unknown / ${silent.state}`]),
  });
}
