import type { FindingView, FindingsFilter } from "../../contract/index.ts";
import { count, counted, formatInstant, isOpen, type Instant } from "../../model/index.ts";
import { rowOf, toTheSecond, type Fact, type Row } from "./columns.ts";
import { cut, visible } from "./visible.ts";

/** The data of an export, as the record has it. */
export interface Exported {
  /** The instant that the whole export shows. */
  readonly at: Instant;
  /** Of this program. */
  readonly version: string;
  readonly scope: { readonly name: string; readonly version: number } | undefined;
  /** A simulated network answered everything in the record. */
  readonly synthetic: boolean;
  readonly filter: FindingsFilter;
  /** In display order. */
  readonly findings: readonly FindingView[];
  /** Open coverage gaps in the whole record, regardless of the filter. */
  readonly openGaps: number;
  /** Endpoints of the scope, seen from one vantage point. */
  readonly coverage: {
    readonly vantage: string;
    readonly known: number;
    /** Scanned, but without an answer. */
    readonly silent: number;
    /** Hosts that answered nothing, and how many of the silent endpoints are theirs. */
    readonly hosts?: { readonly silent: number; readonly silentEndpoints: number } | undefined;
    /** Nobody looked in time. */
    readonly unknown: number;
  };
  /** Since when the log binds findings, if one of them is older; undefined otherwise. */
  readonly boundSince?: Instant | undefined;
  /** The last sweep that completed; undefined: there was none. */
  readonly lastSweep: { readonly endedAt: Instant; readonly vantage: string } | undefined;
}

/** The content of every format, in words; each format renders exactly this. All texts are `visible`. */
export interface Sheet {
  /** Of this program. */
  readonly version: string;
  readonly at: Instant;
  readonly scope: string;
  readonly scopeVersion: number | undefined;
  /** `2 open findings`, `No findings in what was scanned`. */
  readonly headline: string;
  readonly asked: string;
  /** One sentence each: what is not known, and so is not in the list. */
  readonly notKnown: readonly string[];
  /** Scope, instant, filter, counts: each with its title. */
  readonly about: readonly Fact[];
  /** How many findings there are, and how many of them are open. */
  readonly total: number;
  readonly open: number;
  /** The first `most` of them, by default all; each is made on demand. */
  rows(most?: number): Iterable<Row>;
}

export function sheetOf(exported: Exported): Sheet {
  const { findings } = exported;
  const total = findings.length;
  const open = findings.filter(isOpen).length;
  const named = exported.scope === undefined ? "no scope recorded" : visible(exported.scope.name);
  const scope = exported.synthetic ? `SYNTHETIC ${named}` : named;
  const asked = askedInWords(exported.filter);
  return {
    version: visible(cut(exported.version, 40)),
    at: exported.at,
    scope,
    scopeVersion: exported.scope?.version,
    headline: headlineOf(total, open, exported),
    asked,
    notKnown: notKnown(exported),
    about: [
      {
        title: "scope",
        value: exported.scope === undefined ? scope : `${scope}, version ${exported.scope.version}`,
      },
      { title: "as of", value: toTheSecond(formatInstant(exported.at)) },
      { title: "asked for", value: asked },
      { title: "findings", value: `${count(total)}, of these ${count(open)} open` },
    ],
    total,
    open,
    rows: (most = total) => findings.slice(0, most).values().map(rowOf),
  };
}

function headlineOf(all: number, open: number, { lastSweep, synthetic }: Exported): string {
  const counts = countsInWords(all, open, lastSweep !== undefined);
  return synthetic ? `Synthetic record: ${counts}` : counts;
}

function countsInWords(all: number, open: number, looked: boolean): string {
  if (all === 0) return looked ? "No findings in what was scanned" : "No findings, and no sweep has come to its end";
  if (open === 0) return `${counted(all, "finding")}, none of them open`;
  return open === all ? counted(open, "open finding") : `${counted(all, "finding")}, ${count(open)} of them open`;
}

function notKnown({ coverage, lastSweep, openGaps, boundSince, synthetic }: Exported): string[] {
  const { known, silent, unknown, hosts = { silent: 0, silentEndpoints: 0 } } = coverage;
  const all = known + silent + unknown;
  const vantage = visible(coverage.vantage);
  const looked =
    lastSweep === undefined
      ? "No sweep has come to its end: a list without findings says nothing."
      : `The last sweep to come to its end did so at ${toTheSecond(formatInstant(lastSweep.endedAt))}, from ${visible(lastSweep.vantage)}.`;
  const covered =
    all === 0
      ? `Seen from ${vantage}, no endpoint of the scope is known at all.`
      : `Seen from ${vantage}, ${silent + unknown === 0 ? "all" : `${count(known)} of`} ${counted(all, "endpoint")} in scope are known.`;
  const answering = silent - hosts.silentEndpoints;
  const parts = [
    ...(hosts.silentEndpoints === 0
      ? []
      : [`${counted(hosts.silent, "host")} answered nothing (${counted(hosts.silentEndpoints, "endpoint")})`]),
    ...(answering === 0 ? [] : [`${counted(answering, "endpoint")} of other hosts did not answer`]),
    `at ${count(unknown)} nobody looked in time`,
  ];
  const rest = silent + unknown === 0 ? [] : [`Nothing is known of the rest: ${listed(parts, "and")}.`];
  const gaps =
    openGaps === 0
      ? "No coverage gap is open."
      : `${counted(openGaps, "coverage gap")} ${openGaps === 1 ? "is" : "are"} open: parts of the scope that nobody could look at.`;
  const bound =
    boundSince === undefined
      ? []
      : [
          `Before ${toTheSecond(formatInstant(boundSince))} the log did not bind findings: earlier times are not proven.`,
        ];
  const simulated = synthetic ? ["A simulated network answered everything here, and no real one was scanned."] : [];
  return [...simulated, looked, covered, ...rest, gaps, ...bound];
}

/** The filter in words. */
function askedInWords({ status, kind, asset, vantage, openedSince, openedUntil }: FindingsFilter): string {
  const parts = [
    status === undefined ? "findings of every status" : `findings of status ${listed(status)}`,
    ...(kind === undefined ? [] : [`of kind ${listed(kind)}`]),
    ...(asset === undefined ? [] : [`of asset ${visible(asset)}`]),
    ...(vantage === undefined ? [] : [`seen from ${visible(vantage)}`]),
    ...(openedSince === undefined ? [] : [`opened at ${formatInstant(openedSince)} or later`]),
    ...(openedUntil === undefined ? [] : [`opened before ${formatInstant(openedUntil)}`]),
  ];
  return parts.join(", ");
}

function listed(words: readonly string[], last: "or" | "and" = "or"): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} ${last} ${words.at(-1) ?? ""}`;
}

/** One line that describes an export, for a title or a subject. */
export function titleOf({ headline, scope, at }: Sheet): string {
  return `Portolan: ${headline}, ${cut(scope, 80)}, ${toTheSecond(formatInstant(at))}`;
}
