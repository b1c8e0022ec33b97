import { describe, expect, it } from "vitest";
import { storedEntry } from "./entry.ts";
import { binding, compareTable, recordedIn, type Recorded, type Row } from "./bindings.ts";

const gaps = binding({
  table: "gap",
  types: ["gap-recorded"],
  states: ({ data: { cause, detail, from } }) => [{ row: `gap ${cause}`, fields: { detail, from: from || undefined } }],
  async *rows() {},
});

function gap(index: number, cause: string, detail: string, from = ""): Recorded {
  const data = { cause, detail, from, to: "" };
  const read = recordedIn(storedEntry({ type: "gap-recorded", at: 0, data }, index));
  if (read === undefined) throw new Error("the entry is not sound");
  return read;
}

function comparedWith(entries: readonly Recorded[], rows: readonly Row[]) {
  const comparison = compareTable(gaps);
  for (const entry of entries) comparison.read(entry);
  return [...rows.map((row) => comparison.compare(row)), ...comparison.missing()].filter(
    (found) => found !== undefined,
  );
}

describe("a table that entries bind", () => {
  it("agrees where its rows have what entries state, whatever else they have", () => {
    expect(comparedWith([gap(3, "a", "x")], [{ row: "gap a", fields: { detail: "x", other: 1 } }])).toEqual([]);
  });

  it("is contradicted by a row with another value, which is named with the entry that states it", () => {
    const [found] = comparedWith([gap(3, "a", "x")], [{ row: "gap a", fields: { detail: "y" } }]);
    expect(found).toEqual({
      table: "gap",
      row: "gap a",
      entry: 3,
      problem: `gap a has detail "y", and entry 3 says "x".`,
    });
  });

  it("is contradicted by a row that no entry knows, and by one that is missing", () => {
    const found = comparedWith([gap(3, "a", "x")], [{ row: "gap b", fields: {} }]);
    expect(found.map(({ row, entry, problem }) => [row, entry, problem])).toEqual([
      ["gap b", undefined, "gap b is in the table, and no entry records it."],
      ["gap a", 3, "gap a is missing from the table, and entry 3 records it."],
    ]);
  });

  it("follows the latest entry that states a field", () => {
    const entries = [gap(3, "a", "x", "f"), gap(5, "a", "y")];
    expect(comparedWith(entries, [{ row: "gap a", fields: { detail: "y", from: "f" } }])).toEqual([]);
    const [found] = comparedWith(entries, [{ row: "gap a", fields: { detail: "y", from: "g" } }]);
    expect(found?.entry).toBe(3);
  });

  it("has no row that an entry says has ended", () => {
    const ended = {
      ...gaps,
      states: (entry: Recorded) => [{ row: `gap ${entry.index % 2}`, fields: "gone" as const }],
    };
    const comparison = compareTable(ended);
    comparison.read(gap(3, "a", "x"));
    expect(comparison.missing()).toEqual([]);
    expect(comparison.compare({ row: "gap 1", fields: {} })?.problem).toBe(
      "gap 1 is in the table, and entry 3 says that it ended.",
    );
  });

  it("is not bound by an entry whose body was altered: the log reports that", () => {
    const sound = storedEntry({ type: "gap-recorded", at: 0, data: { cause: "a" } }, 3);
    expect(recordedIn({ ...sound, body: sound.body.replace("a", "") })).toBeUndefined();
  });
});
