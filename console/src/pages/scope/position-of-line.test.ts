import { expect, it } from "vitest";
import { positionOfLine } from "./position-of-line.ts";

it.each([
  [1, 1, 0],
  [2, 2, 4],
  [2, 99, 5],
  [3, 1, 6],
  [9, 1, 7],
])("finds line %i, column %i", (line, column, at) => {
  expect(positionOfLine("ab\ncd\ne", line, column)).toBe(at);
});
