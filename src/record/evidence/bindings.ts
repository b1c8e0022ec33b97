import canonicalize from "canonicalize";
import { checkBody, quoted, type StoredEntry } from "@portolan/verifier";
import type { EntryOf, EntryType, JsonValue } from "../../model/index.ts";
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

/** A signed entry, typed by what it records. */
export type Recorded<Type extends EntryType = EntryType> = {
  readonly [T in Type]: { readonly index: number; readonly at: string } & Pick<EntryOf<T>, "type" | "data">;
}[Type];

/**
 * A table whose rows entries of the log bind: an entry states fields of a row, and the row has to have them. Later
 * entries about the same row add to the earlier ones, or replace them.
 */
export interface Binding {
  readonly table: string;
  readonly types: readonly EntryType[];
  /** What an entry of these types states about rows of the table. */
  states(entry: Recorded): readonly Claim[];
  /** Every row that has to be bound, with its fields. */
  rows(db: Db): AsyncIterable<Row>;
}

/** A binding by entries of the named types, which its `states` gets. */
export function binding<const Type extends EntryType>(
  declared: Omit<Binding, "types" | "states"> & {
    readonly types: readonly Type[];
    states(entry: Recorded<Type>): readonly Claim[];
  },
): Binding {
  return declared as unknown as Binding;
}

/** A row that says something else than was signed. */
export interface Contradiction {
  readonly table: string;
  readonly row: string;
  /** The entry that states it; absent: no entry does. */
  readonly entry?: number;
  /** A full sentence; stored text in it is bounded and printable ASCII. */
  readonly problem: string;
}

interface Stated {
  entry: number;
  fields: { [name: string]: { readonly entry: number; readonly value: JsonValue } };
  isGone: boolean;
  met: boolean;
}

/** Compares the rows of one table with what entries state about them. Feed it all entries first, then all rows. */
export interface TableComparison {
  read(entry: Recorded): void;
  compare(row: Row): Contradiction | undefined;
  /** Rows that entries state and the table lacks. */
  missing(): Contradiction[];
}

export function compareTable({ table, states }: Pick<Binding, "table" | "states">): TableComparison {
  const stated = new Map<string, Stated>();
  return {
    read(entry) {
      for (const { row, fields } of states(entry)) {
        if (fields === "gone") {
          stated.set(row, { entry: entry.index, fields: {}, isGone: true, met: false });
          continue;
        }
        const before = stated.get(row);
        const known: Stated =
          before === undefined || before.isGone
            ? { entry: entry.index, fields: {}, isGone: false, met: false }
            : before;
        for (const [name, value] of Object.entries(fields)) {
          if (value !== undefined) known.fields[name] = { entry: entry.index, value };
        }
        known.entry = entry.index;
        stated.set(row, known);
      }
    },
    compare({ row, fields }) {
      const signed = stated.get(row);
      if (signed === undefined) return { table, row, problem: `${row} is in the table, and no entry records it.` };
      signed.met = true;
      if (signed.isGone) {
        const { entry } = signed;
        return { table, row, entry, problem: `${row} is in the table, and entry ${entry} says that it ended.` };
      }
      for (const [name, { entry, value }] of Object.entries(signed.fields)) {
        const [says, was] = [canonicalize(fields[name] ?? null), canonicalize(value)];
        if (says === was) continue;
        return {
          table,
          row,
          entry,
          problem: `${row} has ${name} ${shown(says)}, and entry ${entry} says ${shown(was)}.`,
        };
      }
      return undefined;
    },
    missing() {
      return [...stated].flatMap(([row, { entry, isGone, met }]) =>
        met || isGone
          ? []
          : [{ table, row, entry, problem: `${row} is missing from the table, and entry ${entry} records it.` }],
      );
    },
  };
}

/** An entry as a binding reads it; undefined if its body is not what was appended, which the log itself reports. */
export function recordedIn(stored: StoredEntry): Recorded | undefined {
  const check = checkBody(stored);
  return check.outcome === "sound" ? (check.body as unknown as Recorded) : undefined;
}

/** JSON of a stored value in a message: bounded, and nothing but printable ASCII. */
function shown(json: string | undefined): string {
  return quoted(json ?? "").slice(1, -1);
}
