import type { CellCode, ExposureIntervalsResult, ExposureMapResult } from "../../contract/index.ts";
import { count } from "../../model/index.ts";
import { MOST_ROWS, type Page } from "../screen/page.ts";
import { toned, type Value } from "../screen/style.ts";
import { utcAndLocal } from "../screen/time.ts";
import { showBoundSince } from "./bound-since.ts";

export const MAP_GROUPS = ["segment", "type", "owner"] as const;
export type MapGroup = (typeof MAP_GROUPS)[number];

interface Figures {
  rows: number;
  authorized: number;
  unauthorized: number;
  insecure: number;
  unknown: number;
}

export function showExposureMap(page: Page, result: ExposureMapResult, by: MapGroup): void {
  page.say`At ${toned("strong", utcAndLocal(result.at, page.style))}`;
  showBoundSince(page, result);
  if (result.vantagePoints.length === 0) {
    page.say`${toned("warn", "UNKNOWN: no scope had been recorded by then, so nobody looked anywhere.")}`;
    return;
  }
  const { rows, ports, names, vantagePoints } = result;
  page.say`${count(rows.asset.length)} rows of addresses by ${count(ports.length)} ports`;
  const insecure = new Set(
    result.findings.kind.flatMap((kind, at) =>
      kind === "insecure-service" || kind === "outdated-service"
        ? [`${result.findings.row[at] ?? 0} ${result.findings.port[at] ?? 0}`]
        : [],
    ),
  );
  const groups = rows[by === "type" ? "systemType" : by];
  for (const [vantage, { name }] of vantagePoints.entries()) {
    const figures = new Map<string, Figures>();
    for (const [row, pattern] of (result.cells[vantage] ?? []).entries()) {
      const group = names[groups[row] ?? -1] ?? "(none)";
      const sum = figures.get(group) ?? { rows: 0, authorized: 0, unauthorized: 0, insecure: 0, unknown: 0 };
      addRow(sum, result.patterns[pattern] ?? "", (column) => insecure.has(`${row} ${column}`));
      figures.set(group, sum);
    }
    page.blank();
    page.say`Seen from ${toned("strong", name)}`;
    page.table({
      columns: [
        { title: by, wraps: true },
        { title: "rows" },
        { title: "authorized" },
        { title: "not authorized" },
        { title: "insecure" },
        { title: "unknown" },
      ],
      rows: [...figures]
        .sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true }))
        .slice(0, MOST_ROWS)
        .map(([group, sum]): Value[] => [
          group,
          count(sum.rows),
          count(sum.authorized),
          marked(sum.unauthorized, "bad"),
          marked(sum.insecure, "warn"),
          marked(sum.unknown, "warn"),
        ]),
    });
  }
  if (result.omittedAddresses > 0) page.say`${count(result.omittedAddresses)} more addresses have no row.`;
  if (result.omittedPorts > 0) page.say`${count(result.omittedPorts)} more open ports have no column.`;
}

export function showExposureIntervals(page: Page, result: ExposureIntervalsResult): void {
  page.say`From ${utcAndLocal(result.from, page.style)} to ${utcAndLocal(result.to, page.style)}`;
  showBoundSince(page, result);
  if (result.vantagePoints.length === 0) {
    page.say`${toned("warn", "No scope was in force during this period, so nobody looked anywhere.")}`;
    return;
  }
  page.say`${count(result.rows.asset.length)} rows of addresses by ${count(result.ports.length)} ports, ${count(result.times.length)} instants at which something changed`;
  page.blank();
  page.table({
    columns: [
      { title: "seen from", wraps: true },
      { title: "opened" },
      { title: "closed or silent" },
      { title: "unknown times" },
    ],
    rows: result.vantagePoints.map(({ name }, vantage): Value[] => {
      let opened = 0;
      let ended = 0;
      const before = new Map<string, string>();
      for (const [at, code] of [...result.changes.code].entries()) {
        if (result.changes.vantage[at] !== vantage) continue;
        const cell = `${result.changes.row[at] ?? 0} ${result.changes.port[at] ?? 0}`;
        const was = isOpen(before.get(cell) ?? "k");
        if (isOpen(code) && !was) opened += 1;
        if (!isOpen(code) && was) ended += 1;
        before.set(cell, code);
      }
      const unknown = result.unknown.vantage.filter((each) => each === vantage).length;
      return [name, count(opened), count(ended), marked(unknown, "warn")];
    }),
  });
}

function addRow(sum: Figures, pattern: string, isInsecure: (column: number) => boolean): void {
  sum.rows += 1;
  let column = 0;
  for (const [, code = "", times = "1"] of pattern.matchAll(/([a-z])(\d*)/g)) {
    const cells = Number(times || 1);
    const kind = code as CellCode;
    if (kind === "a") sum.authorized += cells;
    else if (isOpen(kind) && kind !== "p") sum.unauthorized += cells;
    else if (kind === "u") sum.unknown += cells;
    if (isOpen(kind)) for (let at = column; at < column + cells; at += 1) if (isInsecure(at)) sum.insecure += 1;
    column += cells;
  }
}

function isOpen(code: string): boolean {
  return "anewp".includes(code);
}

function marked(value: number, tone: "bad" | "warn"): Value {
  return value === 0 ? "0" : toned(tone, count(value));
}
