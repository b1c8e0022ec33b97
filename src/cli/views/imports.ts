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
    page.say`  ${toned("warn", "by your word, not the file's:")} ports ${result.claim.ports} were scanned on ${result.claim.targets ?? "the addresses in it"}${sweep.verdict === "complete" ? "" : " (noted; it covers nothing, because the file is not whole)"}`;
  }
  page.say`  ${result.addresses === 1 ? "1 address" : `${count(result.addresses)} addresses`}${result.ports === "" ? "" : `, ports ${result.ports}`}; scope version ${String(result.scopeVersion)}`;
  page.say`  ${counted(sweep.planned, "endpoint")}: ${countsText(sweep.counts ?? {})}`;

  page.blank();
  showOpen(page, result);
  page.blank();
  page.say`${counted(result.opened, "endpoint")} newly open from there, ${count(result.closed)} open no more${result.ignoredOutOfOrder === 0 ? "" : `; ${counted(result.ignoredOutOfOrder, "observation")} not later than what is known, and so without effect`}.`;
  showLeftOut(page, result);
  page.say`An import opens and resolves no findings: nothing can be looked at a second time.`;
  page.say`Next: portolan at now --vantage ${sweep.vantage}`;
}

function showOpen(page: Page, { open }: ImportResult): void {
  if (open.length === 0) {
    page.say`Nothing was seen open; that does not cover what it did not look at.`;
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
    [leftOut.hostsDown, "host", "s", "down or given up"],
    [leftOut.notCovered, "endpoint", "s", "without a definite state"],
    [leftOut.unreadable, "record", "s", "that cannot be read as an observation"],
  ] as const;
  const said = parts
    .filter(([number]) => number > 0)
    .map(([number, noun, plural, what]) => `${count(number)} ${noun}${number === 1 ? "" : plural} ${what}`);
  if (said.length > 0) page.say`${toned("warn", "Left out:")} ${said.join(", ")}.`;
}
