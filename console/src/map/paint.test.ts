import { describe, expect, it } from "vitest";
import { CODES, FOUND, INSECURE } from "./cells.ts";
import { CELL_HEIGHT, CELL_WIDTH } from "./layout.ts";
import { drawCell, KIND_OF_CELL, KINDS, paint, runsIn, type Context, type Palette, type Scene } from "./paint.ts";

const COLOURS = ["surface", "sunken", "line", "ink", "open", "closed", "unknown", "bad", "warn", "good"] as const;
const palette = Object.fromEntries(COLOURS.map((name) => [name, name])) as unknown as Palette;

/** Records what is drawn; `withColour` false leaves out the colours. */
function recorder(withColour: boolean): { readonly context: Context; readonly calls: string[] } {
  const calls: string[] = [];
  const context = new Proxy(
    {},
    {
      get:
        (_, name: string) =>
        (...given: unknown[]) =>
          calls.push(`${name} ${given.join(" ")}`),
      set: (_, name: string, value) => {
        if (withColour) calls.push(`${name} = ${String(value)}`);
        return true;
      },
    },
  );
  return { context: context as unknown as Context, calls };
}

function sceneOf(cells: readonly number[], width: number, more: Partial<Scene> = {}): Scene {
  const lines = cells.length / width;
  return {
    lines,
    columns: width,
    rowOf: Int32Array.from({ length: lines }, (_, line) => line),
    columnOf: Int32Array.from({ length: width }, (_, column) => column),
    vantageOf: new Int32Array(width),
    together: 1,
    width,
    sides: [Uint8Array.from(cells)],
    kinds: KIND_OF_CELL,
    matches: new Uint8Array(64).fill(1),
    ...more,
  };
}
const viewport = { left: 0, top: 0, width: CELL_WIDTH * 4, height: CELL_HEIGHT * 3 };

describe("drawing the map", () => {
  it("gives every kind a shape of its own: no two differ by colour alone", () => {
    const shapes = KINDS.map((kind) => {
      const { context, calls } = recorder(false);
      drawCell(context, kind, palette);
      return calls.join("\n");
    });
    expect(new Set(shapes).size).toBe(KINDS.length);
  });

  it("never draws unknown as closed, and an unauthorized port unlike an authorized one", () => {
    const kindOf = (code: (typeof CODES)[number], flags = 0) => KIND_OF_CELL[CODES.indexOf(code) | flags];
    expect(CODES.filter((code) => kindOf(code) === "unknown")).toEqual(["u"]);
    expect(CODES.filter((code) => kindOf(code) === "unauthorized")).toEqual(["n", "e", "w"]);
    expect(CODES.filter((code) => kindOf(code) === "silent")).toEqual(["s", "r"]);
    expect([kindOf("a"), kindOf("a", INSECURE | FOUND), kindOf("n", INSECURE), kindOf("a", FOUND)]).toEqual([
      "authorized",
      "insecure",
      "insecure-unauthorized",
      "authorized",
    ]);
  });

  it("joins cells that look alike, and draws no cell that is out of view", () => {
    const scene = sceneOf([3, 3, 8, 3, 8, 8, 1, 1, 1, 1, 1, 1], 4);
    const runs = [...runsIn(scene, viewport)].map(({ line, column, cells, kind }) => [line, column, cells, kind]);
    expect(runs).toEqual([
      [0, 0, 2, "not-open"],
      [0, 2, 1, "authorized"],
      [0, 3, 1, "not-open"],
      [1, 0, 2, "authorized"],
      [1, 2, 2, "unknown"],
      [2, 0, 4, "unknown"],
    ]);
    const lower = [...runsIn(scene, { ...viewport, top: CELL_HEIGHT * 2, left: CELL_WIDTH * 3 })];
    expect(lower.map(({ line, column, cells }) => [line, column, cells])).toEqual([[2, 3, 1]]);
  });

  it("draws cells that the filter is not true of faintly, and headings as one band", () => {
    const matches = new Uint8Array(64).fill(1);
    matches[3] = 0;
    const scene = sceneOf([3, 8], 2, { matches, lines: 2, rowOf: Int32Array.from([-1, 0]) });
    expect([...runsIn(scene, viewport)].map(({ kind, isFaint }) => [kind, isFaint])).toEqual([
      ["heading", false],
      ["not-open", true],
      ["authorized", false],
    ]);
  });

  it("fills one rectangle for each run, where the cells are", () => {
    const { context, calls } = recorder(false);
    paint(context, sceneOf([3, 3, 8, 3], 4), { ...viewport, left: 5 }, palette, (kind) => kind);
    const rectangles = calls.filter((call) => call.startsWith("fillRect")).slice(1);
    expect(calls).toContain("translate -5 0");
    expect(rectangles).toEqual([
      `fillRect 0 0 ${2 * CELL_WIDTH} ${CELL_HEIGHT}`,
      `fillRect ${2 * CELL_WIDTH} 0 ${CELL_WIDTH} ${CELL_HEIGHT}`,
      `fillRect ${3 * CELL_WIDTH} 0 ${CELL_WIDTH} ${CELL_HEIGHT}`,
    ]);
  });
});
