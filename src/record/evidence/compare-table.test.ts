import { describe, expect, it } from "vitest";
import type { UntypedEntry } from "../../model/index.ts";
import { storedEntry } from "./entry.ts";
import { binding, recordedIn, type Recorded, type Row } from "./bindings.ts";
import { compareTable } from "./compare-table.ts";

const gaps = binding({
  table: "gap",
  types: ["gap-recorded"],
  key: ["cause"],
  columns: { detail: "detail", from: ["gap_from", "source.watched_from"], other: "other" },
  states: ({ data: { cause, detail, from } }) => [{ row: `gap ${cause}`, fields: { detail, from: from || undefined } }],
  async *rows() {},
});

function gap(index: number, cause: string, detail: string, from = ""): Recorded {
  return entry({ type: "gap-recorded", at: 0, data: { cause, detail, from, to: "" } }, index);
}

function entry(of: UntypedEntry, index: number): Recorded {
  const read = recordedIn(storedEntry(of, index));
  if (read === undefined) throw new Error("the entry is not sound");
  return read;
}

/** From entry 2 on, the log binds these fields of gaps. */
const BOUND = entry({ type: "answers-bound", at: 0, data: { binds: { gap: ["detail", "from"] }, adopted: {} } }, 2);

function adopted(index: number, ...rows: readonly Row[]): Recorded {
  return entry({ type: "rows-adopted", at: 0, data: { table: "gap", rows: JSON.parse(JSON.stringify(rows)) } }, index);
}

function comparisonAfter(entries: readonly Recorded[], binding = gaps) {
  const comparison = compareTable("gap", [binding]);
  for (const entry of entries) comparison.read(entry);
  return comparison;
}

function comparedWith(entries: readonly Recorded[], rows: readonly Row[], binding = gaps) {
  const comparison = comparisonAfter(entries, binding);
  return [...rows.flatMap((row) => comparison.compare(row, binding)), ...comparison.missing()];
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
      column: "detail",
      says: `"y"`,
      signed: `"x"`,
      entry: 3,
      problem: `gap a has detail "y", and entry 3 says "x".`,
    });
  });

  it("is contradicted once for each column that differs", () => {
    const found = comparedWith([gap(3, "a", "x", "f")], [{ row: "gap a", fields: { detail: "y", from: null } }]);
    expect(found.map(({ column, says, signed }) => [column, says, signed])).toEqual([
      ["detail", `"y"`, `"x"`],
      ["gap_from, source.watched_from", "null", `"f"`],
    ]);
  });

  it("is contradicted by a row that the table has twice", () => {
    const row = { row: "gap a", fields: { detail: "x" } };
    expect(comparedWith([gap(3, "a", "x")], [row, row])).toMatchObject([{ problem: "gap a is in the table twice." }]);
  });

  it("is contradicted by a row that no entry knows, and by one that is missing", () => {
    const found = comparedWith([gap(3, "a", "x"), BOUND], [{ row: "gap b", fields: {} }]);
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
    const states = ({ index }: Recorded) => [{ row: `gap ${index % 2}`, fields: "gone" as const }];
    const ended = { ...gaps, reader: () => ({ states }) };
    expect(comparedWith([gap(3, "a", "x")], [], ended)).toEqual([]);
    const [found] = comparedWith([gap(3, "a", "x")], [{ row: "gap 1", fields: {} }], ended);
    expect(found?.problem).toBe("gap 1 is in the table, and entry 3 says that it ended.");
  });

  it("has no value that no entry states, in the fields that the log binds", () => {
    const rows = [{ row: "gap a", fields: { detail: "x", from: "g", other: 1 } }];
    expect(comparedWith([gap(3, "a", "x")], rows)).toEqual([]);
    expect(comparedWith([BOUND, gap(3, "a", "x")], rows)).toEqual([
      {
        table: "gap",
        row: "gap a",
        column: "gap_from, source.watched_from",
        says: `"g"`,
        signed: "null",
        problem: `gap a has from "g", and no entry states one.`,
      },
    ]);
  });

  it("has rows that no entry knows only before its answers are bound, and never where each version wrote entries", () => {
    const rows = [{ row: "gap b", fields: { detail: "x" } }];
    expect(comparedWith([], rows)).toEqual([]);
    expect(comparedWith([BOUND], rows)).toHaveLength(1);
    expect(comparedWith([], rows, { ...gaps, always: true })).toHaveLength(1);
  });

  it("is bound by the entries that adopt its rows, and by later ones about them", () => {
    const row = { row: "gap b", fields: { detail: "x", from: "f" } };
    expect(comparedWith([adopted(1, row), BOUND], [row])).toEqual([]);
    const changed = { ...row, fields: { ...row.fields, detail: "y" } };
    expect(comparedWith([adopted(1, row), BOUND, gap(3, "b", "y")], [changed])).toEqual([]);
    expect(comparedWith([adopted(1, row), BOUND], [changed])).toMatchObject([{ column: "detail", entry: 1 }]);
  });

  it("gives for adoption what no entry states, and nothing of a row that contradicts the log", () => {
    const unstated = (entries: readonly Recorded[], row: Row, binding = gaps) =>
      comparisonAfter(entries, binding).unstated(row, binding);
    const row = { row: "gap a", fields: { detail: "x", from: "f", other: null } };
    expect(unstated([], row)).toEqual(row);
    expect(unstated([], row, { ...gaps, always: true })).toBeUndefined();
    expect(unstated([gap(3, "a", "x")], row)).toEqual({ row: "gap a", fields: { from: "f" } });
    expect(unstated([gap(3, "a", "x", "f")], row)).toBeUndefined();
    expect(unstated([gap(3, "a", "y")], row)).toBeUndefined();
  });

  it("passes adopted rows to a reader whose later entries depend on them", () => {
    const seen: Row[] = [];
    const following = { ...gaps, reader: () => ({ states: () => [], adopts: (row: Row) => void seen.push(row) }) };
    const row = { row: "gap b", fields: { detail: "x" } };
    comparisonAfter([adopted(1, row)], following);
    expect(seen).toEqual([row]);
  });

  it("is not bound by an entry whose body was altered: the log reports that", () => {
    const sound = storedEntry({ type: "gap-recorded", at: 0, data: { cause: "a" } }, 3);
    expect(recordedIn({ ...sound, body: sound.body.replace("a", "") })).toBeUndefined();
  });
});
