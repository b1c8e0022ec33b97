import type { ExposureMapResult } from "../contract/index.ts";
import { episodesOf, storedFindings } from "../judgement/findings/index.ts";
import {
  addressesOf,
  portsOf,
  type AuthorizedPort,
  type Endpoint,
  type Episode,
  type Finding,
  type Instant,
} from "../model/index.ts";
import { columnsOf, createDictionary, type Column, type createOpenCounts } from "../record/exposure/index.ts";
import type { AssetView, ViewSubject } from "../record/history/index.ts";
import { portSet, type PortSet, type ResolvedScope } from "../scope/index.ts";
import type { Db } from "../platform/storage/index.ts";
import type { SeenFrom } from "./viewpoints-at.ts";

/** The largest map. More would not fit a browser; the answer counts the rest. */
export const MOST_ROWS = 20_000;
const MOST_COLUMNS = 2_000;
/** A wider range, in the scope or in the port baseline, makes no columns by itself: nobody means each of its ports. */
const MOST_WANTED = 256;

/** What a vantage point scans. */
export interface Side {
  readonly viewpoint: SeenFrom;
  readonly views: readonly AssetView[];
  readonly resolved: ResolvedScope | undefined;
}

/** A row of the answer: one address, a range where nothing is open, or nothing for an asset without an address. */
export interface AxisRow {
  readonly addresses: string;
  /** Whether `addresses` is one address. */
  readonly isOne: boolean;
  /** By vantage point. */
  readonly views: readonly (AssetView | undefined)[];
}

/** The columns: open ports, then the ones that are authorized or required by themselves. */
export function axisColumns(
  counts: ReturnType<typeof createOpenCounts>,
  sides: readonly Side[],
  authorizedPorts: readonly AuthorizedPort[],
): ReturnType<typeof columnsOf> {
  const required = new Set(sides.flatMap(({ views }) => views.map(({ ports }) => ports)));
  const authorized = authorizedPorts.map(({ transport, ports }) => portSet({ tcp: [], udp: [], [transport]: [ports] }));
  const wanted = [...authorized, ...required]
    .filter(({ size }) => size <= MOST_WANTED)
    .flatMap((ports) => Array.from({ length: ports.size }, (_, at) => ports.at(at)));
  return columnsOf(counts.counted(), wanted, MOST_COLUMNS);
}

/** Declared assets for which no address is known: they cannot be scanned. */
export function rowsWithoutAddress(sides: readonly Side[]): AxisRow[] {
  const rows = new Map<string, (AssetView | undefined)[]>();
  for (const [at, { views }] of sides.entries()) {
    for (const view of views) {
      if (view.subject.kind !== "asset" || view.addresses.ranges.length > 0) continue;
      const row = rows.get(view.subject.name) ?? sides.map(() => undefined);
      row[at] = view;
      rows.set(view.subject.name, row);
    }
  }
  return [...rows.values()].map((views) => ({ addresses: "", isOne: false, views }));
}

/** Whether a set of ports requires each column, computed once for each set. */
export function createRequired(columns: readonly Column[]): (ports: PortSet) => readonly boolean[] {
  const known = new Map<PortSet, readonly boolean[]>();
  return (ports) => {
    let required = known.get(ports);
    if (required === undefined) {
      required = columns.map(({ transport, port }) => ports.has(transport, port));
      known.set(ports, required);
    }
    return required;
  };
}

/** The rows as columns of the answer, with what the scope says about them. */
export function axisRows(rows: readonly AxisRow[], sides: readonly Side[]): Pick<ExposureMapResult, "names" | "rows"> {
  const names = createDictionary();
  const indexOf = (name: string | undefined): number => (name === undefined ? -1 : names.indexOf(name));
  const traitsOf = createTraits(sides);
  const answer: ExposureMapResult["rows"] = {
    asset: [],
    declared: [],
    addresses: [],
    segment: [],
    systemType: [],
    owner: [],
  };
  for (const { addresses, views } of rows) {
    const subject = views.find((view) => view !== undefined)?.subject;
    const traits = subject === undefined ? undefined : traitsOf(subject);
    answer.asset.push(subject === undefined ? "" : subject.kind === "asset" ? subject.name : subject.target);
    answer.declared.push(subject?.kind === "asset" ? 1 : 0);
    answer.addresses.push(addresses);
    answer.segment.push(indexOf(traits?.segment));
    answer.systemType.push(indexOf(traits?.systemType));
    answer.owner.push(indexOf(traits?.owner));
  }
  return { names: [...names.texts], rows: answer };
}

interface Traits {
  readonly systemType: string;
  readonly segment?: string | undefined;
  readonly owner?: string | undefined;
}

function createTraits(sides: readonly Side[]): (subject: ViewSubject) => Traits | undefined {
  const assets = new Map<string, Traits>();
  const targets = new Map<string, Traits>();
  // The first vantage point is the installation's own, so it is set last.
  for (const { resolved } of sides.toReversed()) {
    for (const { asset } of resolved?.declared ?? []) assets.set(asset.name, asset);
    for (const { asset } of resolved?.assets ?? []) assets.set(asset.name, asset);
    for (const { target } of resolved?.targets ?? []) targets.set(target.name, target);
  }
  return (subject) => (subject.kind === "asset" ? assets.get(subject.name) : targets.get(subject.target));
}

/** A finding about a cell. */
export interface CellFinding {
  readonly finding: Finding;
  readonly row: number;
  readonly column: number;
  readonly episodes: readonly Episode[];
}

/** The findings about cells of the map that were open at some time of `[from, to]`. */
export async function cellFindings(
  db: Db,
  { from, to }: { readonly from: Instant; readonly to: Instant },
  rows: readonly AxisRow[],
  columns: readonly Column[],
): Promise<CellFinding[]> {
  const rowOf = new Map(rows.flatMap(({ addresses, isOne }, row) => (isOne ? [[addresses, row] as const] : [])));
  const columnOf = new Map(columns.map(({ transport, port }, column) => [`${transport} ${port}`, column]));
  const found: CellFinding[] = [];
  for (const finding of await storedFindings(db)) {
    const episodes = episodesOf(finding).filter((episode) => episode.openedAt <= to && endOf(episode) > from);
    if (episodes.length === 0) continue;
    for (const { address, transport, port } of endpointsOf(finding)) {
      const [row, column] = [rowOf.get(address), columnOf.get(`${transport} ${port}`)];
      if (row !== undefined && column !== undefined) found.push({ finding, row, column, episodes });
    }
  }
  return found.sort((a, b) => a.finding.id - b.finding.id);
}

export function findingColumns(found: readonly CellFinding[]): ExposureMapResult["findings"] {
  return {
    id: found.map(({ finding }) => finding.id),
    kind: found.map(({ finding }) => finding.kind),
    row: found.map(({ row }) => row),
    port: found.map(({ column }) => column),
  };
}

/** When an episode ended; one that is open has no end. */
export function endOf({ resolvedAt, outOfScope }: Episode): Instant {
  return Math.min(resolvedAt ?? Number.POSITIVE_INFINITY, outOfScope?.at ?? Number.POSITIVE_INFINITY);
}

function endpointsOf({ subject }: Finding): readonly Endpoint[] {
  if (subject.about === "program") return subject.endpoints;
  if (subject.about !== "port") return [];
  const [port] = portsOf(subject);
  return addressesOf(subject).map((address) => ({ address, transport: subject.transport, port }));
}
