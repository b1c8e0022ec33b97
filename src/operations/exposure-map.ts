import type { CellCode, ExposureMapResult, Operations } from "../contract/index.ts";
import { baselineInForce } from "../judgement/baseline/index.ts";
import { formatInstant, type Clock, type Instant, type StateAt } from "../model/index.ts";
import { createDictionary, createOpenCounts, runsOf, type Column } from "../record/exposure/index.ts";
import { gridAt, type GridRow, type StateBlock } from "../record/history/index.ts";
import type { Db } from "../platform/storage/index.ts";
import { boundPart } from "./bound-since.ts";
import { createDecisions, decisionCode, type DecideOn } from "./cell-decisions.ts";
import {
  axisColumns,
  axisRows,
  cellFindings,
  createRequired,
  endOf,
  findingColumns,
  MOST_ROWS,
  rowsWithoutAddress,
  type AxisRow,
  type Side,
} from "./exposure-axes.ts";
import { prunedPart } from "./pruned-part.ts";
import { readThen, refuseFuture, type Then } from "./scope-then.ts";
import { viewpointsAt } from "./viewpoints-at.ts";

const CODE_OF = {
  closed: "c",
  filtered: "f",
  "no-response": "s",
  unreachable: "r",
} as const satisfies Record<Exclude<StateAt, "open" | "unknown">, CellCode>;

/** Every address by every port that matters, at an instant. */
export async function exposureMap(
  db: Db,
  clock: Clock,
  { at }: Parameters<Operations["exposure"]["map"]>[0],
): Promise<ExposureMapResult> {
  refuseFuture([at], clock.now());
  const { sides, version } = await sidesAt(db, at);
  const baseline = await baselineInForce(db, at);
  const grid = await gridAt(db, {
    at,
    seen: sides.map(({ viewpoint, views }) => ({ vantage: viewpoint.name, views })),
    most: MOST_ROWS,
  });
  const counts = createOpenCounts();
  for (const { states } of grid.rows) for (const block of states) if (block !== undefined) counts.add(block);
  for (const column of grid.held) counts.addPort(column);
  const { columns, omitted } = axisColumns(counts, sides, baseline?.authorizedPorts ?? []);
  const rows: readonly (AxisRow & { readonly states?: GridRow["states"] })[] = [
    ...grid.rows.map((row) => ({ ...row, isOne: row.count === 1 })),
    ...rowsWithoutAddress(sides),
  ];
  const patterns = createDictionary();
  const requiredBy = createRequired(columns);
  const cells = sides.map((side, index) => {
    const decide = createDecisions(baseline?.authorizedPorts, side, at);
    return rows.map(({ views, states, addresses }) => {
      const ports = views[index]?.ports;
      const required = ports === undefined ? undefined : requiredBy(ports);
      return patterns.indexOf(runsOf(codesOf(columns, states?.[index], required, decide, addresses)));
    });
  });
  const found = (await cellFindings(db, { from: at, to: at }, rows, columns)).filter(({ episodes }) =>
    episodes.some((episode) => endOf(episode) > at),
  );
  return {
    schema: "portolan.exposure-map/1",
    at: formatInstant(at),
    ...(await boundPart(db, at)),
    ...(await prunedPart(db, at)),
    ...(version === undefined ? {} : { scopeVersion: version.version }),
    ...(baseline === undefined ? {} : { baselineVersion: baseline.version }),
    vantagePoints: sides.map(({ viewpoint: { name, kind, own } }) => ({ name, kind, own })),
    ports: columns.map(({ transport, port }) => ({ transport, port })),
    omittedPorts: omitted,
    ...axisRows(rows, sides),
    omittedAddresses: grid.omitted,
    findings: findingColumns(found),
    patterns: [...patterns.texts],
    cells,
  };
}

/** What each vantage point scanned at an instant, the installation's own one first. */
export async function sidesAt(
  db: Db,
  at: Instant,
): Promise<{ readonly sides: readonly Side[]; readonly version: Then["version"] }> {
  const { version } = await readThen(db, at, {});
  const sides: Side[] = [];
  for (const viewpoint of await viewpointsAt(db, at, version?.scope)) {
    const { views, resolved } = await readThen(db, at, { vantage: viewpoint.name });
    sides.push({ viewpoint, views, resolved });
  }
  return { sides, version };
}

/** The code of each column. Columns and pieces are both in order, so they are walked together. */
function* codesOf(
  columns: readonly Column[],
  block: StateBlock | undefined,
  required: readonly boolean[] | undefined,
  decide: DecideOn,
  address: string,
): Generator<CellCode> {
  let decisions: ReturnType<DecideOn> | "not asked" = "not asked";
  const cursors = { tcp: 0, udp: 0 };
  for (const [index, { transport, port }] of columns.entries()) {
    const pieces = block?.[transport] ?? [];
    let piece = pieces[cursors[transport]];
    while (piece !== undefined && piece.last < port) piece = pieces[++cursors[transport]];
    if (piece === undefined || piece.first > port) yield required?.[index] === true ? "u" : "x";
    else if (piece.state !== "open") yield CODE_OF[piece.state];
    else {
      if (decisions === "not asked") decisions = decide(address);
      yield decisionCode(decisions?.of(transport, port).kind);
    }
  }
}
