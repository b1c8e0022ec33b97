import { expect, it } from "vitest";
import { unknownSpans } from "./segments.ts";

const gap = (from: string, to: string, cause?: string) => ({
  from: `2026-03-14T${from}Z`,
  to: `2026-03-14T${to}Z`,
  ...(cause === undefined ? {} : { cause }),
});

it("joins what was unknown on any asset of a segment, and drops no asset", () => {
  const segments = unknownSpans(
    [
      { asset: "web-1", covered: 0.5, gaps: [gap("01:00:00", "02:00:00"), gap("05:00:00", "06:00:00")] },
      { asset: "web-2", covered: 0.5, gaps: [gap("01:30:00", "03:00:00", "the machine was suspended")] },
      { asset: "db-3", covered: 1, gaps: [] },
      { asset: "dmz (undeclared)", covered: 1, gaps: [gap("04:00:00", "05:00:00")] },
      { asset: "gone", covered: 1, gaps: [gap("07:00:00", "08:00:00")] },
    ],
    [
      { asset: "web-1", systemType: "host", segment: "dmz", addresses: [] },
      { asset: "web-2", systemType: "host", segment: "dmz", addresses: [] },
      { asset: "db-3", systemType: "database", addresses: [] },
    ],
  );
  const shown = segments.map(({ name, unknown }) => [
    name,
    unknown.map(
      ({ from, to, cause }) =>
        `${new Date(from).toISOString().slice(11, 16)}-${new Date(to).toISOString().slice(11, 16)} ${cause ?? ""}`,
    ),
  ]);
  expect(shown).toEqual([
    ["database", []],
    ["dmz", ["01:00-03:00 the machine was suspended", "05:00-06:00 "]],
    ["not in the scope now", ["07:00-08:00 "]],
    ["undeclared hosts", ["04:00-05:00 "]],
  ]);
});
