import type { Arranged } from "./arrange.ts";
import type { MapCells } from "./cells.ts";
import { KIND_OF_CELL, KIND_OF_DIFFERENCE, type Scene } from "./paint.ts";

/** The map as it is arranged; with `differences`, those of its cells instead of their states. */
export function sceneOf({ axes, cells }: MapCells, arranged: Arranged, differences?: readonly Uint8Array[]): Scene {
  const { lines, columns, vantages, matches } = arranged;
  const together = Math.max(1, vantages.length);
  const count = columns.length * vantages.length;
  return {
    lines: lines.length,
    columns: count,
    rowOf: lines,
    columnOf: Int32Array.from({ length: count }, (_, at) => columns[Math.floor(at / together)] ?? 0),
    vantageOf: Int32Array.from({ length: count }, (_, at) => vantages[at % together] ?? 0),
    together,
    width: axes.ports.length,
    sides: differences ?? cells,
    kinds: differences === undefined ? KIND_OF_CELL : KIND_OF_DIFFERENCE,
    matches: differences === undefined ? matches : new Uint8Array(64).fill(1),
  };
}
