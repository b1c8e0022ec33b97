import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { tablesOfSchema } from "../../scripts/tables-of-schema.ts";
import { BINDINGS } from "../../src/operations/bindings.ts";
import { columnBindings } from "../../src/operations/bound-columns.ts";
import { NEEDS_NONE, NOT_BOUND_YET } from "../../src/operations/unbound-columns.ts";

/** Every column of the record is bound by entries, or says why it need not be. */

const tables = tablesOfSchema(readFileSync(join(import.meta.dirname, "../../generated/schema.sql"), "utf8"));
const all = columnBindings(tables);

it("names what binds each column of generated/schema.sql, or why nothing needs to", () => {
  const unnamed = all.filter(({ outcome }) => outcome === "unnamed").map(({ table, column }) => `${table}.${column}`);
  expect(
    unnamed,
    "let a binding of the table cover it (columns, key), or give a reason in needsNone or unbound-columns.ts",
  ).toEqual([]);
});

it("names only columns that exist", () => {
  const named = [
    ...BINDINGS.flatMap(({ table, key, columns, needsNone }) =>
      [...key, ...Object.values(columns).flat(), ...Object.keys(needsNone)].map((column) =>
        column.includes(".") ? column : `${table}.${column}`,
      ),
    ),
    ...Object.entries(NEEDS_NONE).flatMap(([table, of]) =>
      typeof of === "string" ? [] : Object.keys(of).map((column) => `${table}.${column}`),
    ),
    ...Object.entries(NOT_BOUND_YET).flatMap(([table, columns]) => columns.map((column) => `${table}.${column}`)),
  ];
  const existing = new Set(all.map(({ table, column }) => `${table}.${column}`));
  expect(named.filter((each) => !existing.has(each))).toEqual([]);
  expect(Object.keys(NEEDS_NONE).filter((table) => !tables.has(table))).toEqual([]);
});

it("gives no reason for a column that entries bind, and lists none as missing", () => {
  const bound = new Set(
    all.flatMap(({ table, column, outcome }) => (outcome === "bound" ? [`${table}.${column}`] : [])),
  );
  const excused = [
    ...Object.entries(NOT_BOUND_YET).flatMap(([table, columns]) => columns.map((column) => `${table}.${column}`)),
    ...BINDINGS.flatMap(({ table, needsNone }) => Object.keys(needsNone).map((column) => `${table}.${column}`)),
  ];
  expect(excused.filter((each) => bound.has(each))).toEqual([]);
});

it("lists no column that answers use and no entry states", () => {
  expect(Object.values(NOT_BOUND_YET).flat().length).toBe(0);
});

it("notices a column that nobody named", () => {
  const [found] = columnBindings(new Map([["finding", ["colour"]]]));
  expect(found?.outcome).toBe("unnamed");
});
