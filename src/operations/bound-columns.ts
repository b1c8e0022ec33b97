import type { EntryType } from "../model/index.ts";
import type { Binding } from "../record/evidence/index.ts";
import { BINDINGS } from "./bindings.ts";
import { NEEDS_NONE, NOT_BOUND_YET } from "./unbound-columns.ts";

/** A column of the record, and what binds it. */
export type ColumnBinding = { readonly table: string; readonly column: string } & (
  | {
      readonly outcome: "bound";
      readonly types: readonly EntryType[];
      /** The tables whose comparison with the log notices a change of it. */
      readonly comparedWith: readonly string[];
      /** Its names in the entries; none: it is part of the name of a row. */
      readonly fields: readonly string[];
    }
  | { readonly outcome: "needs none"; readonly reason: string }
  | { readonly outcome: "not yet" | "unnamed" }
);

/** For each column of these tables, the entries that bind it, or the reason why none has to. */
export function columnBindings(
  tables: ReadonlyMap<string, readonly string[]>,
  bindings: readonly Binding[] = BINDINGS,
): readonly ColumnBinding[] {
  return [...tables].flatMap(([table, columns]) => columns.map((column) => columnBinding(table, column, bindings)));
}

function columnBinding(table: string, column: string, bindings: readonly Binding[]): ColumnBinding {
  const found = bindings
    .map((binding) => ({ binding, fields: fieldsOf(binding, table, column) }))
    .filter(({ fields }) => fields !== undefined);
  if (found.length > 0) {
    return {
      table,
      column,
      outcome: "bound",
      types: [...new Set(found.flatMap(({ binding }) => binding.types))],
      comparedWith: [...new Set(found.map(({ binding }) => binding.table))],
      fields: [...new Set(found.flatMap(({ fields }) => fields ?? []))],
    };
  }
  const ofTable = NEEDS_NONE[table];
  const own = bindings.filter((binding) => binding.table === table).map(({ needsNone }) => needsNone[column]);
  const reason = typeof ofTable === "string" ? ofTable : (ofTable?.[column] ?? own.find((each) => each !== undefined));
  if (reason !== undefined) return { table, column, outcome: "needs none", reason };
  return { table, column, outcome: NOT_BOUND_YET[table]?.includes(column) === true ? "not yet" : "unnamed" };
}

/** The fields of a binding that are made of a column; none: it is in the name of a row. Undefined: it has no part. */
function fieldsOf(binding: Binding, table: string, column: string): readonly string[] | undefined {
  const isIt = (of: string): boolean => of === (binding.table === table ? column : `${table}.${column}`);
  const fields = Object.entries(binding.columns).flatMap(([field, of]) =>
    (typeof of === "string" ? [of] : of).some(isIt) ? [field] : [],
  );
  return fields.length > 0 || binding.key.some(isIt) ? fields : undefined;
}
