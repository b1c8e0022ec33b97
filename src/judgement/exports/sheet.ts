import type { FindingView, FindingsFilter } from "../../contract/index.ts";
import { count, counted, formatInstant, type Instant } from "../../model/index.ts";
import { isOpen, rowOf, toTheSecond, type Fact, type Row } from "./columns.ts";
import { cut, visible } from "./visible.ts";

/** What an export is made of, as the record has it. */
export interface Exported {
  /** The instant that all of it is of. */
  readonly at: Instant;
  /** Of this program. */
  readonly version: string;
  readonly scope: { readonly name: string; readonly version: number } | undefined;
  readonly filter: FindingsFilter;
  /** In the order in which they are shown. */
  readonly findings: readonly FindingView[];
  /** Open coverage gaps in the whole record, whatever was asked for. */
  readonly openGaps: number;
  /** Endpoints of the scope, seen from one vantage point. */
  readonly coverage: {
    readonly vantage: string;
    readonly known: number;
    /** Looked at, and nothing answered. */
    readonly silent: number;
    /** Nobody looked in time. */
    readonly unknown: number;
  };
  /** The last sweep that came to its end; undefined: there was none. */
  readonly lastSweep: { readonly endedAt: Instant; readonly vantage: string } | undefined;
}

/** What every format says, in words; each renders this and nothing else. All texts are `visible`. */
export interface Sheet {
  /** Of this program. */
  readonly version: string;
  readonly at: Instant;
  readonly scope: string;
  readonly scopeVersion: number | undefined;
  /** `2 open findings`, `No open findings among what was looked at`. */
  readonly headline: string;
  readonly asked: string;
  /** One sentence each: what is not known, and so is not in the list. */
  readonly notKnown: readonly string[];
  /** Scope, instant, what was asked for, counts: each with what it is called. */
  readonly about: readonly Fact[];
  /** How many findings there are, and how many of them are open. */
  readonly total: number;
  readonly open: number;
  /** The first `most` of them, all where it is not said; each is made when it is asked for. */
  rows(most?: number): Iterable<Row>;
}

export function sheetOf(exported: Exported): Sheet {
  const { findings } = exported;
  const total = findings.length;
  const open = findings.filter(isOpen).length;
  const scope = exported.scope === undefined ? "no scope recorded" : visible(exported.scope.name);
  const asked = askedInWords(exported.filter);
  return {
    version: visible(cut(exported.version, 40)),
    at: exported.at,
    scope,
    scopeVersion: exported.scope?.version,
    headline: headlineOf(total, open, exported.lastSweep !== undefined),
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

function headlineOf(all: number, open: number, looked: boolean): string {
  if (all === 0)
    return looked ? "No findings among what was looked at" : "No findings, and no sweep has come to its end";
  if (open === 0) return `${counted(all, "finding")}, none of them open`;
  return open === all ? counted(open, "open finding") : `${counted(all, "finding")}, ${count(open)} of them open`;
}

function notKnown({ coverage, lastSweep, openGaps }: Exported): string[] {
  const { known, silent, unknown } = coverage;
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
  const rest =
    silent + unknown === 0
      ? []
      : [
          `Nothing is known of the rest: ${count(silent)} did not answer, and at ${count(unknown)} nobody looked in time.`,
        ];
  const gaps =
    openGaps === 0
      ? "No coverage gap is open."
      : `${counted(openGaps, "coverage gap")} ${openGaps === 1 ? "is" : "are"} open: parts of the scope that nobody could look at.`;
  return [looked, covered, ...rest, gaps];
}

/** What was asked for, as a person would say it. */
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

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1) ?? ""}`;
}

/** One line that says what an export is of, for a title or a subject. */
export function titleOf({ headline, scope, at }: Sheet): string {
  return `Portolan: ${headline}, ${cut(scope, 80)}, ${toTheSecond(formatInstant(at))}`;
}
