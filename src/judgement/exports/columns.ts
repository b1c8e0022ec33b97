import type { FindingView } from "../../contract/index.ts";
import { describeEndpoints, formatDuration, isOpen, SEVERITY, severityBand } from "../../model/index.ts";
import { visible } from "./visible.ts";

/** The fields of a finding: `name` for the header of a file, `title` beside the value where a person reads it. */
export const COLUMNS = [
  { name: "id", title: "number", of: "number" },
  { name: "kind", title: "kind", of: "text" },
  { name: "status", title: "status", of: "text" },
  { name: "summary", title: "summary", of: "text" },
  { name: "asset", title: "asset", of: "text" },
  { name: "address", title: "address", of: "text" },
  { name: "transport", title: "transport", of: "text" },
  { name: "port", title: "port", of: "number" },
  { name: "first_port", title: "first port", of: "number" },
  { name: "last_port", title: "last port", of: "number" },
  { name: "name", title: "name", of: "text" },
  { name: "sensor", title: "sensor", of: "text" },
  { name: "target", title: "target", of: "text" },
  { name: "owner", title: "owner", of: "text" },
  { name: "vantage", title: "seen from", of: "text" },
  { name: "opened_at", title: "opened", of: "instant" },
  { name: "last_seen_at", title: "last seen", of: "instant" },
  { name: "resolved_at", title: "resolved", of: "instant" },
  { name: "resolution", title: "resolved because", of: "text" },
  { name: "gap_from", title: "nobody looked from", of: "instant" },
  { name: "gap_to", title: "nobody looked until", of: "instant" },
  { name: "fingerprint", title: "fingerprint", of: "text" },
  { name: "severity", title: "severity", of: "number" },
  { name: "out_of_scope_at", title: "out of scope", of: "instant" },
  { name: "out_of_scope_version", title: "out of scope since version", of: "number" },
  { name: "episode", title: "episode", of: "number" },
  { name: "exposure_seconds", title: "seconds exposed in all episodes", of: "number" },
  { name: "next_step", title: "next step", of: "text" },
  { name: "process", title: "process", of: "text" },
  { name: "program", title: "program", of: "text" },
  { name: "program_version", title: "version of the program", of: "text" },
  { name: "endpoints", title: "endpoints", of: "text" },
] as const;

export type Column = (typeof COLUMNS)[number];
/** Texts are {@link visible}, instants RFC 3339 in UTC; undefined: it does not apply. */
export type Cells = Readonly<Record<Column["name"], string | number | undefined>>;

/** A value with its title. */
export interface Fact {
  readonly title: string;
  readonly value: string;
}

export interface Row {
  readonly isOpen: boolean;
  readonly id: number;
  readonly kind: FindingView["kind"];
  readonly status: FindingView["status"];
  readonly severity: number;
  readonly summary: string;
  /** The finding with the times of its latest episode. */
  readonly cells: Cells;
  /** The same for each episode before it, latest first. */
  readonly earlier: readonly Cells[];
}

type Episode = NonNullable<FindingView["episodes"]>[number];

export function rowOf(finding: FindingView): Row {
  const { id, kind, status, subject, gap, severity = SEVERITY[kind], episodes = [finding] } = finding;
  const summary = visible(finding.summary);
  const earlier = episodes.slice(0, -1).map((episode, index) => ({
    ...ofEpisode(episode, index + 1),
    status: episode.outOfScope === undefined ? "resolved" : "out-of-scope",
    exposure_seconds: undefined,
    next_step: undefined,
    process: undefined,
    endpoints: undefined,
    gap_from: undefined,
    gap_to: undefined,
  }));
  const cells: Cells = {
    id,
    kind,
    status,
    summary,
    asset: text(subject.asset),
    address: text(subject.address),
    transport: subject.transport,
    port: subject.port,
    first_port: subject.ports?.[0],
    last_port: subject.ports?.[1],
    name: text(subject.name),
    sensor: text(subject.sensor),
    target: text(subject.target),
    owner: text(subject.owner),
    vantage: visible(finding.vantage),
    gap_from: text(gap?.from),
    gap_to: text(gap?.to),
    fingerprint: visible(finding.fingerprint),
    severity,
    exposure_seconds: finding.exposureSeconds,
    next_step: text(finding.next),
    process: text(finding.processes?.join(", ")),
    program: text(subject.product),
    program_version: text(subject.version),
    endpoints: text(subject.endpoints && describeEndpoints(subject.endpoints).join(", ")),
    ...ofEpisode(finding, episodes.length),
  };
  return {
    isOpen: isOpen(finding),
    id,
    kind,
    status,
    severity,
    summary,
    cells,
    earlier: earlier.map((episode) => ({ ...cells, ...episode })).reverse(),
  };
}

/** The cells that differ from one episode of a finding to the next. */
function ofEpisode(episode: Episode, number: number) {
  return {
    opened_at: text(episode.openedAt),
    last_seen_at: text(episode.lastSeenAt),
    resolved_at: text(episode.resolvedAt),
    resolution: text(episode.resolution),
    out_of_scope_at: text(episode.outOfScope?.at),
    out_of_scope_version: episode.outOfScope?.version,
    episode: number,
  };
}

function text(value: string | undefined): string | undefined {
  return value === undefined ? undefined : visible(value);
}

/** Columns that a person's view of a finding shows elsewhere, or that only programs need. */
const NOT_A_FACT: readonly string[] = [
  "id",
  "kind",
  "status",
  "summary",
  "fingerprint",
  "severity",
  "episode",
  "exposure_seconds",
];
const TIMES: readonly string[] = [
  "opened_at",
  "last_seen_at",
  "resolved_at",
  "resolution",
  "out_of_scope_at",
  "out_of_scope_version",
];

/**
 * The facts that a person's view shows beside the summary, each with its title; times to the second. The episodes
 * before the latest one follow it, the latest of them first.
 */
export function factsOf(
  { severity, cells, earlier }: Row,
  { without = [] }: { readonly without?: readonly Column["name"][] } = {},
): Fact[] {
  const factsIn = (of: Cells, wanted: (name: Column["name"]) => boolean): Fact[] =>
    COLUMNS.flatMap(({ name, title, of: type }) => {
      const value = of[name];
      if (value === undefined || !wanted(name)) return [];
      return [{ title, value: type === "instant" ? toTheSecond(String(value)) : String(value) }];
    });
  const inOneLine = (facts: readonly Fact[]): string => facts.map(({ title, value }) => `${title} ${value}`).join(", ");
  const exposed = cells.exposure_seconds;
  return [
    { title: "severity", value: severityBand(severity) },
    ...factsIn(cells, (name) => !NOT_A_FACT.includes(name) && !without.includes(name)),
    ...earlier.map((episode) => ({
      title: `episode ${episode.episode ?? ""}`,
      value: inOneLine(factsIn(episode, (name) => TIMES.includes(name))),
    })),
    ...(earlier.length === 0 || typeof exposed !== "number"
      ? []
      : [{ title: `exposed in all ${earlier.length + 1} episodes`, value: formatDuration(exposed * 1_000) }]),
  ];
}

export function toTheSecond(instant: string): string {
  return instant.replace(/\.\d+Z$/, "Z");
}
