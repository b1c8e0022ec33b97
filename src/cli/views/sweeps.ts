import type { SweepRecordResult, SweepResult, SweepsResult, SweepSummary } from "../../contract/index.ts";
import { count, counted, describeService, formatInstant, type Instant } from "../../model/index.ts";
import { MOST_ROWS, type Page } from "../screen/page.ts";
import { toned, type Value } from "../screen/style.ts";
import { roughly, utc, utcAndLocal, shortTime, zoneOfTable } from "../screen/time.ts";
import { printFindings } from "./findings.ts";
import { listenerText } from "./listener.ts";
import { countsText, recallText, times, verdictWord } from "./sweep-words.ts";

/** Above this number, the open ports of a host are counted, not listed: no host has that many services. */
const MANY_PORTS = 1_000;

/**
 * A sweep that has just ended. `told` has the hints that were printed already, and gets those of this one: the sweeps of
 * four targets print one hint once.
 */
export function showSweep(page: Page, result: SweepResult, told = new Set<string>()): void {
  const { sweep } = result;
  page.say`Sweep ${String(sweep.id)} ${verdictWord(sweep)}, seen from ${sweep.vantage} by the ${sweep.engine} engine`;
  page.say`  ${times(page, sweep)}`;
  page.say`  ${result.targets.slice(0, 5).join(", ")}${result.targets.length > 5 ? ` and ${count(result.targets.length - 5)} more` : ""}; ports ${result.ports}; scope version ${String(result.scopeVersion)}`;
  if (result.runs.length > 1) {
    const [first] = result.runs;
    page.say`  ${toned("warn", `resumed after a crash: ${counted(result.runs.length, "run")}, the first of them`)} ${utcAndLocal(first?.from ?? sweep.startedAt, page.style)}`;
  }
  if (result.engineNote !== undefined) page.say`  ${toned("faint", result.engineNote)}`;
  if (sweep.reason !== undefined) page.say`  ${toned("warn", `why: ${sweep.reason}`)}`;
  showDistrust(page, sweep);
  page.say`  ${counted(sweep.planned, "endpoint")}: ${countsText(sweep.counts ?? {}, result.hosts)}`;
  page.say`  ${recallText(sweep.recall)}`;
  if ((sweep.engineReport?.dropped ?? 0) > 0) {
    page.say`  ${toned("warn", `${count(sweep.engineReport?.dropped ?? 0)} answers were lost on this machine, because they arrived faster than it could read them. Portolan probed those endpoints again.`)}`;
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
  if (result.baselineVersion === undefined && !told.has("no port baseline")) {
    told.add("no port baseline");
    page.blank();
    page.say`${toned("warn", "No port baseline is approved, so no port could be unauthorized.")} Next: portolan baseline propose`;
  }
}

function showDistrust(page: Page, { verdict }: SweepSummary): void {
  if (verdict !== "untrusted") return;
  page.say`  ${toned("warn", "What it saw cannot be trusted, so it changed only the coverage.")}`;
}

function showDoubt(page: Page, { engineReport }: SweepSummary): void {
  if (engineReport === undefined) return;
  const { loss, doubtful } = engineReport;
  if (loss >= 0.001)
    page.say`  ${(loss * 100).toFixed(1)} % of the tries were lost; silent endpoints got more tries to compensate`;
  if (doubtful.hosts === 0) return;
  const limiting = doubtful.first.some(({ why }) => why === "limits-refusals");
  page.say`  ${toned("warn", `${counted(doubtful.endpoints, "silent endpoint")} of ${counted(doubtful.hosts, "host")} may be closed: ${limiting ? "the hosts limit their refusals" : "too many tries were lost"}. They are not reported as filtered.`)}`;
}

export function showOpen(page: Page, result: SweepResult): void {
  if (result.open.length === 0) {
    page.say`No open endpoints were seen${result.sweep.verdict === "complete" && silenceAside(result) === "" ? "" : "; this does not cover endpoints that did not answer or were not scanned"}.`;
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
        ...(isKnown ? [{ title: "identified as", wraps: true as const }] : []),
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
    page.say`${toned("warn", `${host}: ${count(ports)} ports open, which suggests a proxy or a tarpit; --json lists them`)}`;
  }
}

/** Hosts with more open ports than anybody reads, and their number. */
function floodedBy({ open }: SweepResult): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { address, transport } of open) {
    const host = `${address} ${transport}`;
    counts.set(host, (counts.get(host) ?? 0) + 1);
  }
  return new Map([...counts].filter(([, ports]) => ports > MANY_PORTS));
}

/** A host that answers can still have silent endpoints: over UDP, silence proves nothing. */
function silenceAside({ silent, sweep }: SweepResult): string {
  if (silent.length > 0) return ", silent hosts aside";
  return (sweep.counts?.["no-response"] ?? 0) > 0 ? ", silent endpoints aside" : "";
}

function showLimited(page: Page, { limited = [] }: SweepResult): void {
  for (const { asset, address, unresolved, perSecond } of limited.slice(0, MOST_ROWS)) {
    const host = asset === undefined || asset === address ? address : `${asset} (${address})`;
    page.say`${toned("warn", `${counted(unresolved, "UDP endpoint")} of ${host} unresolved`)}: it refuses only about ${String(perSecond)} closed ports per second, so closed ones cannot be distinguished from silent ones.`;
  }
  if (limited.length > MOST_ROWS) page.say`and ${limited.length - MOST_ROWS} more hosts (--json shows all)`;
}

function showSilent(page: Page, result: SweepResult): void {
  if (result.silent.length === 0) return;
  page.blank();
  page.say`${toned("warn", `${count(result.silent.length)} silent`)}: nothing answered there, so nothing is known about it. Silent is not clean.`;
  page.table({
    columns: [{ title: "asset", wraps: true }, { title: "address", wraps: true }, { title: "state" }],
    rows: result.silent.map((silent) => [silent.asset ?? "undeclared", silent.address, `unknown / ${silent.state}`]),
  });
}

/** The sweeps of a period, newest first. `filtered`: the list leaves out some of them. */
export function showSweeps(
  page: Page,
  { sweeps, looks = [], next }: SweepsResult,
  asked: { readonly from: Instant; readonly to: Instant; readonly filtered: boolean },
): void {
  const [from, to] = [formatInstant(asked.from), formatInstant(asked.to)];
  const period = `between ${utcAndLocal(from, page.style)} and ${utcAndLocal(to, page.style)}`;
  if (sweeps.length === 0 && looks.length > 0) {
    page.say`No numbered sweeps ${period}.`;
    showLooks(page, looks);
    return;
  }
  if (sweeps.length === 0 && asked.filtered) {
    page.say`No sweeps ${period} that match. Leave out --kind, --verdict and --vantage to see the others.`;
    return;
  }
  if (sweeps.length === 0) {
    page.say`${toned("warn", `No sweeps ${period}.`)} The period is a gap: nothing was probed. Its effect on each asset:`;
    page.verbatim(`  portolan gaps --from ${utc(from)} --to ${utc(to)}`);
    return;
  }
  const vantages = new Set(sweeps.map(({ vantage }) => vantage));
  const [only] = vantages;
  page.say`${next === undefined ? toned("strong", counted(sweeps.length, "sweep")) : toned("strong", `The last ${counted(sweeps.length, "sweep")}`)} ${period}${vantages.size === 1 ? `, seen from ${only ?? ""}` : ""}`;
  page.table({
    columns: [
      { title: "sweep", align: "right" },
      { title: `began, ${zoneOfTable(page.style)}`, wraps: true },
      { title: "took" },
      { title: "kind" },
      ...(vantages.size === 1
        ? [{ title: "planned", align: "right" } as const]
        : [{ title: "from", wraps: true } as const]),
      { title: "open", align: "right" },
      { title: "verdict", wraps: true },
    ],
    rows: sweeps.map((sweep) => [
      String(sweep.id),
      shortTime(sweep.startedAt, page.style),
      sweep.endedAt === undefined ? "-" : roughly(Date.parse(sweep.endedAt) - Date.parse(sweep.startedAt)),
      sweep.kind,
      vantages.size === 1 ? count(sweep.planned) : sweep.vantage,
      sweep.counts === undefined ? "-" : count(sweep.counts.open),
      verdictInShort(sweep),
    ]),
  });
  showLooks(page, looks);
  if (next !== undefined)
    page.say`More sweeps began in this period. Narrow it with --from and --to, or use --limit 1000 --json.`;
  page.say`Everything recorded about one of them: portolan sweeps show ${String(sweeps[0]?.id ?? "")}`;
}

/** Sweeps of every minute that saw nothing new, in one line for each vantage point and kind. */
function showLooks(page: Page, looks: NonNullable<SweepsResult["looks"]>): void {
  for (const { vantage, kind, looks: number, from, to } of looks) {
    const what = kind === "known" ? "of known endpoints" : "of the rolling sample";
    page.say`And ${counted(number, "sweep")} ${what} from ${vantage} that saw nothing new, the first at ${utcAndLocal(from, page.style)}, the last until ${utcAndLocal(to, page.style)}`;
  }
}

function verdictInShort({ verdict }: SweepSummary): Value {
  switch (verdict) {
    case "complete":
      return toned("good", verdict);
    case "partial":
      return toned("warn", "PARTIAL");
    case "untrusted":
      return toned("warn", "UNTRUSTED");
    case undefined:
      return "running";
  }
}

/** A sweep as recorded, with the seed and plan to perform it again. */
export function showSweepRecord(page: Page, record: SweepRecordResult): void {
  const { sweep, targets, seed } = record;
  const isImport = sweep.kind === "imported";
  page.say`Sweep ${String(sweep.id)} ${verdictWord(sweep)}, seen from ${sweep.vantage} by ${isImport ? sweep.engine : `the ${sweep.engine} engine`}`;
  page.say`  ${times(page, sweep)}`;
  page.say`  ${sweep.kind}, requested by ${record.requestedBy}${targets.length === 0 ? "" : `; targets of the scope: ${some(targets)}`}; scope version ${String(record.scopeVersion)}`;
  if (sweep.reason !== undefined) page.say`  ${toned("warn", `why: ${sweep.reason}`)}`;
  showDistrust(page, sweep);
  page.say`  ${counted(sweep.planned, "endpoint")}: ${countsText(sweep.counts ?? {})}`;
  if (!isImport) page.say`  ${recallText(sweep.recall)}`;
  if (sweep.engineReport !== undefined) {
    const { sent, retried, dropped } = sweep.engineReport;
    page.say`  ${count(sent)} probes sent, ${count(retried)} of them retries; ${count(dropped)} answers lost on this machine`;
  }
  showDoubt(page, sweep);

  page.blank();
  page.say`${toned("strong", isImport ? "What was imported" : "To perform it again")}`;
  if (!isImport) page.say`  seed         ${seed}`;
  page.say`  plan digest  ${record.planDigest}`;
  const blocks = blocksOf(record.plan);
  for (const { addresses, ports } of blocks.slice(0, MOST_ROWS)) page.say`  ${some(addresses)}, ports ${ports}`;
  if (blocks.length > MOST_ROWS) page.say`  and ${blocks.length - MOST_ROWS} more (--json shows all)`;
  const parameters = Object.entries(record.parameters);
  const numbers = parameters.filter(([, value]) => typeof value === "number");
  if (numbers.length > 0) page.say`  ${numbers.map(([name, value]) => `${name} ${String(value)}`).join(", ")}`;
  for (const [name, value] of parameters) {
    if (typeof value !== "number") page.say`  ${name} ${typeof value === "string" ? value : JSON.stringify(value)}`;
  }
}

function some(all: readonly string[]): string {
  return `${all.slice(0, 5).join(", ")}${all.length > 5 ? ` and ${count(all.length - 5)} more` : ""}`;
}

/** The addresses and ports in the plan of a sweep; empty for a plan of another shape, such as that of an import. */
function blocksOf(plan: unknown): { readonly addresses: readonly string[]; readonly ports: string }[] {
  const { blocks } = (plan ?? {}) as { readonly blocks?: unknown };
  if (!Array.isArray(blocks)) return [];
  return (blocks as readonly { readonly addresses?: unknown; readonly ports?: unknown }[]).flatMap(
    ({ addresses, ports }) =>
      Array.isArray(addresses) ? [{ addresses: addresses.map(String), ports: String(ports) }] : [],
  );
}
