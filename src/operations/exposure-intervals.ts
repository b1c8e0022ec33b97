import type { CellCode, ExposureIntervalsResult, Operations } from "../contract/index.ts";
import { readVersions } from "../judgement/baseline/index.ts";
import { endpointKey, Fault, formatInstant, type Clock, type Instant, type Period } from "../model/index.ts";
import { createDictionary, createOpenCounts, runsOf, spansText, type Column } from "../record/exposure/index.ts";
import {
  portsOn,
  rowsDuring,
  statesDuring,
  unknownIn,
  type AssetView,
  type RowDuring,
  type StateDuring,
} from "../record/history/index.ts";
import { firstScopeAt, portSet, scopesDuring, unionOf, viewpointsOf } from "../scope/index.ts";
import type { Db } from "../platform/storage/index.ts";
import { boundPart } from "./bound-since.ts";
import { createDecisions, decisionCode, type DecideOn } from "./cell-decisions.ts";
import {
  axisColumns,
  axisRows,
  cellFindings,
  endOf,
  findingColumns,
  MOST_ROWS,
  type AxisRow,
  type Side,
} from "./exposure-axes.ts";
import { prunedPart } from "./pruned-part.ts";
import { noSuchAsset, refuseFuture } from "./scope-then.ts";
import { viewpointsAt, type SeenFrom } from "./viewpoints-at.ts";
import { named } from "./views.ts";
import { viewsDuring, type ViewsDuring } from "./views-during.ts";

/** More changes are refused: neither the answer nor the browser would be quick. */
const MOST_CHANGES = 500_000;

const CODE_OF = { closed: "c", filtered: "f", "no-response": "s", unreachable: "r" } as const;

interface SideDuring {
  readonly viewpoint: SeenFrom;
  readonly parts: readonly ViewsDuring[];
  /** Of endpoints that were open at some time of the period. */
  readonly states: readonly StateDuring[];
}

/** Every address by every port that mattered during a period, with each change. */
export async function exposureIntervals(
  db: Db,
  clock: Clock,
  query: Parameters<Operations["exposure"]["intervals"]>[0],
): Promise<ExposureIntervalsResult> {
  const { to } = query;
  const from = query.from ?? (await firstScopeAt(db)) ?? to;
  refuseFuture([from, to], clock.now());
  if (query.from !== undefined && from >= to) {
    throw new Fault("config-invalid", "The period ends before it begins.", {
      next: "Give a --from that is earlier than --to.",
    });
  }
  const period = { from, to };
  const sides = from < to ? await sidesDuring(db, period, query.asset) : [];
  const versions = (await readVersions(db, { at: to })).toReversed();
  const authorized = versions.at(-1)?.authorizedPorts ?? [];
  const grid = rowsDuring(
    sides.map(({ parts }) => parts.map(({ views }) => views)),
    sides.flatMap(({ states }) => states.map(({ endpoint }) => endpoint.address)),
    MOST_ROWS,
  );
  const counts = createOpenCounts();
  const tracked = new Map(
    sides.flatMap(({ states }) => states.map(({ endpoint }) => [endpointKey(endpoint), endpoint])),
  );
  for (const { transport, port } of tracked.values()) counts.addPort({ transport, port });
  const { columns, omitted } = axisColumns(counts, sides.flatMap(lastSide), authorized);
  const rows = [...grid.rows, ...rowsNowhere(sides)].map((row) => ({ ...row, isOne: row.count === 1 }));
  const axes = rows.map((row): AxisRow => ({ ...row, views: row.views.map((views) => views.find(isGiven)) }));

  const found = await cellFindings(db, period, axes, columns);
  const patterns = createDictionary();
  const sets = createDictionary();
  const times = new Set<Instant>();
  const changes: Change[] = [];
  const unknown: Unknown[] = [];
  const cells: number[][] = [];
  for (const [vantage, side] of sides.entries()) {
    const wanted = createWanted(side, columns);
    cells.push(
      rows.map((row) => patterns.indexOf(runsOf(wanted.of(row, vantage).map((is): CellCode => (is ? "k" : "x"))))),
    );
    const decisions = createEpochs(versions, side, period);
    changes.push(...changesOf({ vantage, side, rows, columns, period, decisions }));
    if (changes.length > MOST_CHANGES) throw tooMuch();
    unknown.push(...(await unknownOf(db, { vantage, side, rows, columns, wanted, sets })));
  }
  for (const { at } of changes) times.add(at);
  for (const each of unknown) times.add(each.from).add(each.to);
  const episodes = found.flatMap(({ episodes: all }, finding) =>
    all.map((episode) => ({ finding, from: Math.max(from, episode.openedAt), to: endOf(episode) })),
  );
  for (const episode of episodes) times.add(episode.from).add(Math.min(episode.to, to));
  const sorted = [...times].sort((a, b) => a - b);
  const timeOf = new Map(sorted.map((at, index) => [at, index]));
  const indexOf = (at: Instant): number => timeOf.get(at) ?? 0;
  return {
    schema: "portolan.exposure-intervals/1",
    from: formatInstant(from),
    to: formatInstant(to),
    ...(await boundPart(db, from)),
    ...(await prunedPart(db, from)),
    vantagePoints: sides.map(({ viewpoint: { name, kind, own } }) => ({ name, kind, own })),
    ports: columns.map(({ transport, port }) => ({ transport, port })),
    omittedPorts: omitted,
    ...axisRows(axes, sides.flatMap(lastSide)),
    omittedAddresses: grid.omitted,
    findings: findingColumns(found),
    times: sorted.map((at) => at - from),
    patterns: [...patterns.texts],
    cells,
    changes: {
      vantage: changes.map((change) => change.vantage),
      row: changes.map((change) => change.row),
      port: changes.map((change) => change.column),
      time: changes.map((change) => indexOf(change.at)),
      code: changes.map((change) => change.code).join(""),
    },
    unknown: {
      vantage: unknown.map((each) => each.vantage),
      row: unknown.map((each) => each.row),
      from: unknown.map((each) => indexOf(each.from)),
      to: unknown.map((each) => indexOf(each.to)),
      columns: unknown.map((each) => each.set),
    },
    columnSets: [...sets.texts],
    episodes: {
      finding: episodes.map(({ finding }) => finding),
      from: episodes.map((episode) => indexOf(episode.from)),
      to: episodes.map((episode) => (episode.to > to ? -1 : indexOf(episode.to))),
    },
  };
}

/** Declared assets for which no address was known at any time of the period. */
function rowsNowhere(sides: readonly SideDuring[]): RowDuring[] {
  const rows = new Map<string, (AssetView | undefined)[][]>();
  const placed = new Set<string>();
  for (const [vantage, { parts }] of sides.entries()) {
    for (const [part, { views }] of parts.entries()) {
      for (const view of views) {
        if (view.subject.kind !== "asset") continue;
        const { name } = view.subject;
        if (view.addresses.ranges.length > 0) placed.add(name);
        const row = rows.get(name) ?? sides.map((side) => side.parts.map(() => undefined));
        (row[vantage] as (AssetView | undefined)[])[part] = view;
        rows.set(name, row);
      }
    }
  }
  return [...rows]
    .filter(([name]) => !placed.has(name))
    .map(([, views]) => ({ lo: 0, hi: -1, addresses: "", count: 0, views }));
}

/** All vantage points that the scope declared during the period, and those of imports. */
async function sidesDuring(db: Db, period: Period, asset: string | undefined): Promise<SideDuring[]> {
  const scopes = (await scopesDuring(db, period)).toReversed();
  const viewpoints = new Map<string, SeenFrom>();
  const known = [
    ...(await viewpointsAt(db, period.to, scopes[0]?.scope)),
    ...scopes.flatMap(({ scope }) => viewpointsOf(scope)),
  ];
  for (const viewpoint of known) if (!viewpoints.has(viewpoint.name)) viewpoints.set(viewpoint.name, viewpoint);
  const sides: SideDuring[] = [];
  const inScope: AssetView[] = [];
  for (const viewpoint of viewpoints.values()) {
    const { parts: all } = await viewsDuring(db, period, viewpoint.name);
    const parts = asset === undefined ? all : all.map((part) => ({ ...part, views: named(part.views, asset) }));
    inScope.push(...all.flatMap(({ views }) => views));
    const addresses = unionOf(parts.flatMap(({ views }) => views.map((view) => view.addresses)));
    sides.push({ viewpoint, parts, states: await statesDuring(db, { ...period, vantage: viewpoint.name, addresses }) });
  }
  if (asset !== undefined && sides.every(({ parts }) => parts.every(({ views }) => views.length === 0))) {
    throw noSuchAsset(asset, inScope);
  }
  return sides;
}

/** What a vantage point scanned in each part of the period, the last part first. */
function lastSide({ viewpoint, parts }: SideDuring): Side[] {
  return parts.toReversed().map(({ views, resolved }) => ({ viewpoint, views, resolved }));
}

function isGiven(view: AssetView | undefined): view is AssetView {
  return view !== undefined;
}

/** The columns in which somebody was to look, by row: those required at any time of the period, and those ever open. */
interface Wanted {
  of(row: RowDuring, vantage: number): readonly boolean[];
}

function createWanted({ states }: SideDuring, columns: readonly Column[]): Wanted {
  const everOpen = new Set(states.map(({ endpoint }) => endpointKey(endpoint)));
  const known = new Map<string, readonly boolean[]>();
  return {
    of(row, vantage) {
      const views = (row.views[vantage] ?? []).filter(isGiven);
      if (views.length === 0) return columns.map(() => false);
      const sets = [...new Set(views.map(({ ports }) => ports))];
      const isOne = row.count === 1;
      const key = `${isOne ? row.addresses : ""} ${sets.map((ports) => ports.format()).join(" ")}`;
      let wanted = known.get(key);
      if (wanted === undefined) {
        wanted = columns.map(
          ({ transport, port }) =>
            sets.some((ports) => ports.has(transport, port)) ||
            (isOne && everOpen.has(endpointKey({ address: row.addresses, transport, port }))),
        );
        known.set(key, wanted);
      }
      return wanted;
    },
  };
}

interface Change {
  readonly vantage: number;
  readonly row: number;
  readonly column: number;
  readonly at: Instant;
  readonly code: CellCode;
}

/** The decisions of the versions of the port baseline in force, and from when on each of them counts. */
interface Epochs {
  readonly from: readonly Instant[];
  decide(epoch: number): DecideOn;
}

/** A decision changes when a version comes into force, when the scope changes, and when an authorization ends. */
function createEpochs(
  versions: Awaited<ReturnType<typeof readVersions>>,
  { viewpoint, parts }: SideDuring,
  { from, to }: Period,
): Epochs {
  const turns = new Set<Instant>([from]);
  const add = (at: Instant | undefined): void => {
    if (at !== undefined && at > from && at < to) turns.add(at);
  };
  for (const part of parts) add(part.from);
  for (const { approvedAt, authorizedPorts } of versions) {
    add(approvedAt);
    for (const { expires } of authorizedPorts) add(expires);
  }
  const instants = [...turns].sort((a, b) => a - b);
  const known: DecideOn[] = [];
  return {
    from: instants,
    decide(epoch) {
      const at = instants[epoch] ?? from;
      const version = versions.findLast(({ approvedAt }) => approvedAt <= at);
      const part = parts.findLast((each) => each.from <= at);
      return (known[epoch] ??= createDecisions(
        version?.authorizedPorts,
        { viewpoint, views: part?.views ?? [], resolved: part?.resolved },
        at,
      ));
    },
  };
}

function changesOf({
  vantage,
  side,
  rows,
  columns,
  period,
  decisions,
}: {
  readonly vantage: number;
  readonly side: SideDuring;
  readonly rows: readonly RowDuring[];
  readonly columns: readonly Column[];
  readonly period: Period;
  readonly decisions: Epochs;
}): Change[] {
  const columnOf = new Map(columns.map(({ transport, port }, column) => [`${transport} ${port}`, column]));
  const states = Map.groupBy(side.states, ({ endpoint }) => endpoint.address);
  const changes: Change[] = [];
  for (const [row, { addresses, count, views }] of rows.entries()) {
    if (count !== 1 || views[vantage]?.some(isGiven) !== true) continue;
    const decisionOf = createDecisionsOn(addresses, decisions);
    for (const [, life] of Map.groupBy(states.get(addresses) ?? [], ({ endpoint }) => endpointKey(endpoint))) {
      const [first] = life;
      const column =
        first === undefined ? undefined : columnOf.get(`${first.endpoint.transport} ${first.endpoint.port}`);
      if (first === undefined || column === undefined) continue;
      let before: CellCode = "k";
      const add = (at: Instant, code: CellCode): void => {
        if (code !== before && at < period.to)
          changes.push({ vantage, row, column, at: Math.max(at, period.from), code });
        before = code;
      };
      for (const [index, { state, from, to, endpoint }] of life.entries()) {
        if (state === "open") {
          for (const [epoch, at] of decisions.from.entries()) {
            const until = decisions.from[epoch + 1] ?? period.to;
            if (until <= from || at >= (to ?? period.to)) continue;
            add(Math.max(at, from), decisionOf(epoch, endpoint));
          }
        } else add(from, CODE_OF[state]);
        // Where retention pruned what followed, nothing is known of the endpoint itself.
        if (to !== undefined && life[index + 1]?.from !== to) add(to, "k");
      }
    }
  }
  return changes;
}

/** The codes of open ports of one address; its authorizations of each epoch are read once. */
function createDecisionsOn(address: string, { decide }: Epochs): (epoch: number, endpoint: Column) => CellCode {
  const known = new Map<number, ReturnType<DecideOn>>();
  return (epoch, { transport, port }) => {
    if (!known.has(epoch)) known.set(epoch, decide(epoch)(address));
    return decisionCode(known.get(epoch)?.of(transport, port).kind);
  };
}

interface Unknown extends Period {
  readonly vantage: number;
  readonly row: number;
  readonly set: number;
}

/** When which columns of each row were unknown: nobody looked in time, or the addresses were not in scope. */
async function unknownOf(
  db: Db,
  {
    vantage,
    side,
    rows,
    columns,
    wanted,
    sets,
  }: {
    readonly vantage: number;
    readonly side: SideDuring;
    readonly rows: readonly RowDuring[];
    readonly columns: readonly Column[];
    readonly wanted: Wanted;
    readonly sets: ReturnType<typeof createDictionary>;
  },
): Promise<Unknown[]> {
  const unknown: Unknown[] = [];
  const setOf = (row: RowDuring, has: (column: Column) => boolean): number | undefined => {
    const numbers = wanted
      .of(row, vantage)
      .flatMap((is, index) => (is && has(columns[index] as Column) ? [index] : []));
    return numbers.length === 0 ? undefined : sets.indexOf(spansText(numbers));
  };
  for (const [part, { from, to, views }] of side.parts.entries()) {
    const rowsOf = Map.groupBy(rows.entries(), ([, row]) => row.views[vantage]?.[part]);
    for (const [row, each] of rowsOf.get(undefined) ?? []) {
      const set = setOf(each, () => true);
      if (set !== undefined) unknown.push({ vantage, row, from, to, set });
    }
    for (const view of views.filter(({ addresses }) => addresses.ranges.length === 0)) {
      for (const [row, each] of rowsOf.get(view) ?? []) {
        const set = setOf(each, () => true);
        if (set !== undefined) unknown.push({ vantage, row, from, to, set });
      }
    }
    const assets = views.map((view) => ({
      view,
      ports: portsOf(view, rowsOf.get(view) ?? [], columns, wanted, vantage),
    }));
    const asked = assets.filter(({ ports, view }) => ports.size > 0 && view.addresses.ranges.length > 0);
    const answers = await unknownIn(db, {
      from,
      to,
      vantage: side.viewpoint.name,
      assets: asked.map(({ view, ports }) => ({ ...view, ports })),
    });
    for (const [at, { stretches }] of answers.entries()) {
      const view = asked[at]?.view;
      for (const [row, each] of rowsOf.get(view) ?? []) {
        for (const stretch of stretches) {
          const missing = portsOn(stretch.missing, each);
          const set = setOf(each, ({ transport, port }) =>
            missing[transport].some(({ first, last }) => first <= port && port <= last),
          );
          if (set !== undefined) unknown.push({ vantage, row, from: stretch.from, to: stretch.to, set });
        }
      }
    }
  }
  return unknown;
}

/** The wanted columns of all rows of a view, as ports. */
function portsOf(
  view: AssetView,
  rows: readonly (readonly [number, RowDuring])[],
  columns: readonly Column[],
  wanted: Wanted,
  vantage: number,
) {
  const ports = new Set<Column>(columns.filter(({ transport, port }) => view.ports.has(transport, port)));
  for (const [, row] of rows)
    for (const [index, is] of wanted.of(row, vantage).entries()) if (is) ports.add(columns[index] as Column);
  const ranges = (of: string): [number, number][] =>
    [...ports].filter(({ transport }) => transport === of).map(({ port }) => [port, port]);
  return portSet({ tcp: ranges("tcp"), udp: ranges("udp") });
}

function tooMuch(): Fault {
  return new Fault("config-invalid", "The period has more than 500,000 changes.", {
    next: "Give a shorter period.",
  });
}
