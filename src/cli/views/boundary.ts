import type { BoundaryImportResult, BoundaryResult, BoundaryRetirementResult } from "../../contract/index.ts";
import { count, counted } from "../../model/index.ts";
import type { Page } from "../screen/page.ts";
import { toned, type Tone } from "../screen/style.ts";
import { utcAndLocal } from "../screen/time.ts";

type Source = BoundaryResult["sources"][number];
type Line = BoundaryResult["lines"][number];

const TONES: Readonly<Record<Line["disposition"], Tone>> = {
  scanned: "good",
  unreachable: "warn",
  declared: "warn",
  excluded: "plain",
  discovered: "bad",
};

export function showBoundaryImport(page: Page, { source, examples }: BoundaryImportResult): void {
  page.say`Recorded the source ${source.name} (${kindText(source)}) with ${counted(source.records, "name or address", "names and addresses")}`;
  page.say`  true ${asOfText(source, page)}; SHA-256 ${source.sha256.slice(0, 16)}`;
  if (source.ended > 0)
    page.say`  ${counted(source.ended, "instance or lease", "instances and leases")} had ended: left out`;
  if (source.unreadable > 0) {
    page.say`  ${toned("warn", counted(source.unreadable, "value is not an address", "values are not addresses"))}: left out; ${examples.join("; ")}`;
  }
  page.say`Next: portolan boundary`;
}

export function showBoundaryRetirement(page: Page, { source }: BoundaryRetirementResult): void {
  page.say`${source.name} counts no longer, with its ${counted(source.records, "name or address", "names and addresses")}. Its imports stay in the record.`;
}

export function showBoundary(page: Page, result: BoundaryResult): void {
  const { sources, lines, totals } = result;
  if (sources.length === 0) {
    page.say`No source of the boundary is recorded: what the scope declares is compared with nothing.`;
    page.say`Next: portolan boundary import FILE`;
    return;
  }
  page.say`${toned("strong", counted(sources.length, "source"))}, compared with scope version ${String(result.scopeVersion)}, seen from ${result.vantagePoints.join(", ")}`;
  for (const source of sources) {
    page.say`  ${source.name} (${kindText(source)}): ${count(source.records)}, true ${asOfText(source, page)}`;
  }
  page.blank();
  const parts = Object.entries(totals).filter(([, number]) => number > 0);
  page.say`${parts.map(([each, number]) => `${count(number)} ${each}`).join(", ")}`;
  page.table({
    columns: [
      { title: "address", wraps: true },
      { title: "names", wraps: true },
      { title: "disposition" },
      { title: "scope", wraps: true },
      { title: "sources", wraps: true },
    ],
    // Undeclared ones first: a person has to decide about each.
    rows: [...lines]
      .sort((a, b) => Number(b.disposition === "discovered") - Number(a.disposition === "discovered"))
      .map((line) => [
        line.address ?? "",
        line.names.slice(0, 3).join(" "),
        toned(TONES[line.disposition], line.disposition),
        scopeText(line),
        line.sources.join(" "),
      ]),
  });
  showUnknown(page, result.unknownToSources);
}

function showUnknown(page: Page, { ranges, omitted, answering }: BoundaryResult["unknownToSources"]): void {
  if (ranges.length === 0) return;
  page.blank();
  page.say`Declared, and known to no source: ${listed(ranges, omitted)}`;
  if (answering.length > 0) page.say`  ${toned("warn", "of these, something answered on")} ${listed(answering, 0)}`;
}

function listed(ranges: readonly string[], omitted: number): string {
  const rest = Math.max(0, ranges.length - 10) + omitted;
  return `${ranges.slice(0, 10).join(", ")}${rest === 0 ? "" : ` and ${counted(rest, "more range")} (--json shows more)`}`;
}

function scopeText({ target, asset, reason, scannedAt }: Line): string {
  if (reason !== undefined) return reason;
  const where = [target, asset].filter((each) => each !== undefined).join("/");
  return scannedAt === undefined ? where : `${where}, ${scannedAt.slice(0, 16)}Z`;
}

function kindText({ kind, format }: Source): string {
  return kind === format ? kind : `${kind}, ${format}`;
}

function asOfText({ asOf, asOfFrom }: Source, page: Page): string {
  const at = utcAndLocal(asOf, page.style);
  if (asOfFrom === "stated") return `at ${at}`;
  return `at ${at} (${asOfFrom === "transfer" ? "when it was transferred" : "when the file was last written"})`;
}
