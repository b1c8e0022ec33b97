import { describe, expect, it } from "vitest";
import { CELL_HEIGHT, CELL_WIDTH, cellAt, moved, scrollTo, sizeOf, visibleIn } from "./layout.ts";

const grid = { lines: 10_000, columns: 500 };
const viewport = { left: CELL_WIDTH * 3 + 5, top: CELL_HEIGHT * 100 + 1, width: 900, height: 600 };

describe("the layout of the map", () => {
  it("shows every cell that is partly in view, and no other", () => {
    const { firstLine, lastLine, firstColumn, lastColumn } = visibleIn(viewport, grid);
    expect([firstLine, firstColumn]).toEqual([100, 3]);
    expect((lastLine - 1) * CELL_HEIGHT).toBeLessThan(viewport.top + viewport.height);
    expect(lastLine * CELL_HEIGHT).toBeGreaterThanOrEqual(viewport.top + viewport.height);
    expect(lastColumn * CELL_WIDTH).toBeGreaterThanOrEqual(viewport.left + viewport.width);
    expect(visibleIn({ ...viewport, top: 1e9 }, grid)).toMatchObject({ firstLine: 10_000, lastLine: 10_000 });
    expect(visibleIn(viewport, { lines: 0, columns: 0 })).toEqual({
      firstLine: 0,
      lastLine: 0,
      firstColumn: 0,
      lastColumn: 0,
    });
  });

  it("finds the cell under the pointer, also at its edges", () => {
    for (const line of [100, 101, 120]) {
      for (const column of [4, 30]) {
        const [x, y] = [column * CELL_WIDTH - viewport.left, line * CELL_HEIGHT - viewport.top];
        expect(cellAt(x, y, viewport, grid)).toEqual({ line, column });
        expect(cellAt(x + CELL_WIDTH - 1, y + CELL_HEIGHT - 1, viewport, grid)).toEqual({ line, column });
      }
    }
    expect(cellAt(0, 0, { left: 0, top: sizeOf(grid).height }, grid)).toBeUndefined();
    expect(cellAt(-1, 0, { left: 0, top: 0 }, grid)).toBeUndefined();
  });

  it("scrolls no further than needed", () => {
    expect(scrollTo({ line: 105, column: 10 }, viewport)).toEqual({ left: viewport.left, top: viewport.top });
    expect(scrollTo({ line: 3, column: 0 }, viewport)).toEqual({ left: 0, top: 3 * CELL_HEIGHT });
    const { top } = scrollTo({ line: 500, column: 10 }, viewport);
    expect(top + viewport.height).toBe(501 * CELL_HEIGHT);
  });

  it("moves by keys and stops at the edges", () => {
    const at = { line: 0, column: 499 };
    expect(moved("ArrowUp", at, grid, 20, false)).toEqual(at);
    expect(moved("ArrowRight", at, grid, 20, false)).toEqual(at);
    expect(moved("PageDown", at, grid, 20, false)).toEqual({ line: 20, column: 499 });
    expect(moved("Home", at, grid, 20, false)).toEqual({ line: 0, column: 0 });
    expect(moved("End", { line: 5, column: 5 }, grid, 20, true)).toEqual({ line: 9_999, column: 499 });
    expect(moved("a", at, grid, 20, false)).toBeUndefined();
  });
});
