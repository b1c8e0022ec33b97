import { checkBody, type StoredEntry } from "@portolan/verifier";
import type { EntryOf, EntryType, Instant, JsonValue } from "../../model/index.ts";
import type { Db } from "../../platform/storage/tables.ts";

/** Fields of a row in the words of the entries; undefined: not stated. */
export type Fields = { readonly [name: string]: JsonValue | undefined };

/** One row: what it is called (`sweep 12`), and its fields. An entry can also state that a row ended. */
export interface Claim {
  readonly row: string;
  readonly fields: Fields | "gone";
}

/** A row of a table, as a binding reads it. */
export interface Row extends Claim {
  readonly fields: Fields;
}

/** The time that a row is about. Retention counts from its end. */
export interface Span {
  readonly from: Instant;
  readonly until: Instant;
  /** Absent: the row is about everything. */
  readonly address?: string | undefined;
}

/** A signed entry, typed by what it records. */
export type Recorded<Type extends EntryType = EntryType> = {
  readonly [T in Type]: { readonly index: number; readonly at: string } & Pick<EntryOf<T>, "type" | "data">;
}[Type];

/** Reads the entries of one log in order, and keeps what a later one depends on. */
export interface Reader<Type extends EntryType = EntryType> {
  /** What an entry of the binding's types states about rows of the table. */
  states(entry: Recorded<Type>): readonly Claim[];
  /** A row that no entry stated was adopted as it stood. */
  adopts?(row: Row): void;
}

/** A column of the binding's table, or `table.column` of another one that its rows are read from. */
export type Column = string;

/**
 * A table whose rows entries of the log bind: an entry states fields of a row, and the row has to have them. Later
 * entries about the same row add to the earlier ones, or replace them. What no entry states about a row is null.
 */
export interface Binding {
  readonly table: string;
  readonly types: readonly EntryType[];
  /** The columns that the name of a row is made of. */
  readonly key: readonly Column[];
  /** Each field of a row, with the column or columns that it is made of. */
  readonly columns: { readonly [field: string]: Column | readonly Column[] };
  /** Columns of the table that need no entry, each with the reason: a main clause. */
  readonly needsNone: { readonly [column: Column]: string };
  /**
   * Every version has written an entry for each row of this table. In a record from before answers were bound, a row
   * without one is therefore named, and not adopted.
   */
  readonly always: boolean;
  /**
   * The kind of record by which retention deletes rows of this table. With `span`, rows are deleted first, and later the entries that state
   * them: those whose time ended by the cut-off. Without it, a row goes together with its entries.
   */
  readonly retention?: { readonly kind: string; readonly span?: (row: Row) => Span | undefined } | undefined;
  reader(): Reader;
  /** Every row that has to be bound, with its fields. */
  rows(db: Db): AsyncIterable<Row>;
}

type Declared<Type extends EntryType> = Omit<Binding, "types" | "needsNone" | "always" | "retention" | "reader"> &
  Partial<Pick<Binding, "needsNone" | "always" | "retention">> & { readonly types: readonly Type[] } & (
    | Pick<Reader<Type>, "states"> // Each entry states its rows by itself.
    | { reader(): Reader<Type> }
  );

/** A binding by entries of the named types, which its `states` gets. */
export function binding<const Type extends EntryType>(declared: Declared<Type>): Binding {
  const reader = "reader" in declared ? () => declared.reader() : () => ({ states: declared.states });
  const { table, types, key, columns, needsNone = {}, always = false, retention } = declared;
  return {
    table,
    types,
    key,
    columns,
    needsNone,
    always,
    retention,
    reader: reader as () => Reader,
    rows: (db) => declared.rows(db),
  };
}

/** An entry as a binding reads it; undefined if its body is not what was appended, which the log itself reports. */
export function recordedIn(stored: StoredEntry): Recorded | undefined {
  const check = checkBody(stored);
  return check.outcome === "sound" ? (check.body as unknown as Recorded) : undefined;
}
