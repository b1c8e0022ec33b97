import type { FindingView } from "../../contract/index.ts";
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
  readonly summary: string;
  readonly cells: Cells;
}

export function isOpen({ status }: FindingView): boolean {
  return status !== "resolved";
}

export function rowOf(finding: FindingView): Row {
  const { id, kind, status, subject, gap } = finding;
  const summary = visible(finding.summary);
  return {
    isOpen: isOpen(finding),
    id,
    kind,
    status,
    summary,
    cells: {
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
      opened_at: text(finding.openedAt),
      last_seen_at: text(finding.lastSeenAt),
      resolved_at: text(finding.resolvedAt),
      resolution: text(finding.resolution),
      gap_from: text(gap?.from),
      gap_to: text(gap?.to),
      fingerprint: visible(finding.fingerprint),
    },
  };
}

function text(value: string | undefined): string | undefined {
  return value === undefined ? undefined : visible(value);
}

/** Columns that a person's view of a finding shows elsewhere, or that only programs need. */
const NOT_A_FACT: readonly string[] = ["id", "kind", "status", "summary", "fingerprint"];

/** The facts that a person's view shows beside the summary, each with its title; times to the second. */
export function factsOf({ cells }: Row): Fact[] {
  return COLUMNS.flatMap(({ name, title, of }) => {
    const value = cells[name];
    if (value === undefined || NOT_A_FACT.includes(name)) return [];
    return [{ title, value: of === "instant" ? toTheSecond(String(value)) : String(value) }];
  });
}

export function toTheSecond(instant: string): string {
  return instant.replace(/\.\d+Z$/, "Z");
}
