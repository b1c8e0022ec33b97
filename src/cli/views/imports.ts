import { count, counted } from "../../model/index.ts";
import type { ImportResult } from "../../contract/index.ts";
import type { Page } from "../screen/page.ts";
import { toned } from "../screen/style.ts";
import { utcAndLocal } from "../screen/time.ts";
import { countsText, verdictWord } from "./sweep-words.ts";

export function showImport(page: Page, result: ImportResult): void {
  const { sweep, file } = result;
  page.say`Imported as sweep ${String(sweep.id)} ${verdictWord(sweep)}, seen from ${sweep.vantage} by ${file.scanner}${file.version === undefined ? "" : ` ${file.version}`}`;
  page.say`  ${utcAndLocal(sweep.startedAt, page.style)}, until ${utcAndLocal(sweep.endedAt ?? sweep.startedAt, page.style)}`;
  page.say`  ${file.name}, ${counted(file.bytes, "byte")}, SHA-256 ${file.sha256.slice(0, 16)}`;
  if (file.commandLine !== undefined) page.say`  as: ${file.commandLine}`;
  if (sweep.reason !== undefined) page.say`  ${toned("warn", `why: ${sweep.reason}`)}`;
  if (result.claim !== undefined) {
    page.say`  ${toned("warn", "claimed by you, not contained in the file:")} ports ${result.claim.ports} were scanned on ${result.claim.targets ?? "the addresses in the file"}${sweep.verdict === "complete" ? "" : " (recorded; it covers nothing, because the file is incomplete)"}`;
  }
  page.say`  ${result.addresses === 1 ? "1 address" : `${count(result.addresses)} addresses`}${result.ports === "" ? "" : `, ports ${result.ports}`}; scope version ${String(result.scopeVersion)}`;
  page.say`  ${counted(sweep.planned, "endpoint")}: ${countsText(sweep.counts ?? {})}`;

  page.blank();
  showOpen(page, result);
  page.blank();
  page.say`${counted(result.opened, "endpoint")} newly open from there, ${count(result.closed)} no longer open${result.ignoredOutOfOrder === 0 ? "" : `; ${counted(result.ignoredOutOfOrder, "observation")} not later than the known state, and so without effect`}.`;
  showLeftOut(page, result);
  page.say`An import opens and resolves no findings, because a second probe is not possible.`;
  page.say`Next: portolan at ${sweep.endedAt ?? sweep.startedAt} --vantage ${sweep.vantage}`;
}

function showOpen(page: Page, { open }: ImportResult): void {
  if (open.length === 0) {
    page.say`No open endpoints were seen; this does not cover endpoints that the scan did not probe.`;
    return;
  }
  page.say`${toned("strong", count(open.length))} open`;
  page.table({
    columns: [{ title: "asset", wraps: true }, { title: "address", wraps: true }, { title: "port" }],
    rows: open.map((each) => [
      each.asset ?? toned("warn", "undeclared"),
      each.address,
      `${each.transport}/${each.port}`,
    ]),
  });
}

function showLeftOut(page: Page, { leftOut }: ImportResult): void {
  const parts = [
    [leftOut.outsideScope, "address", "es", "outside the scope"],
    [leftOut.loopback, "loopback address", "es", "of the machine that scanned (--this-machine if it is this one)"],
    [leftOut.hostsDown, "host", "s", "down or given up"],
    [leftOut.hostsNotScanned, "host", "s", "without a scan of ports"],
    [leftOut.notCovered, "endpoint", "s", "without a definite state"],
    [leftOut.inferred, "endpoint", "s", "of a scan type that infers states"],
    [leftOut.portZero, "probe", "s", "of port 0"],
    [leftOut.otherProtocol, "result", "s", "of a protocol other than TCP and UDP"],
    [leftOut.unreadable, "record", "s", "that cannot be read as an observation"],
  ] as const;
  const said = parts
    .filter(([number]) => number > 0)
    .map(([number, noun, plural, what]) => `${count(number)} ${noun}${number === 1 ? "" : plural} ${what}`);
  if (said.length > 0) page.say`${toned("warn", "Left out:")} ${said.join(", ")}.`;
}
