import canonicalize from "canonicalize";
import { quoted } from "@portolan/verifier";
import type { JsonValue } from "../../model/index.ts";
import type { Binding, Claim, Recorded, Row } from "./bindings.ts";
import { fellTo, prunedBy, type Pruned } from "./pruned.ts";

/** A row, or a column of it, that says something else than was signed. */
export interface Contradiction {
  readonly table: string;
  readonly row: string;
  /** Absent: the row as a whole. */
  readonly column?: string;
  /** JSON of the field, bounded and printable ASCII. Absent: the row is missing. */
  readonly says?: string;
  /** The same of what was signed. Absent: the row should not exist. */
  readonly signed?: string;
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
  /** No entry but those that adopted rows of a record from before states it. */
  isAdopted: boolean;
}

/** What a pruning touched, in place of a row: which ones is not stated one by one. */
export const PRUNED_ROWS = "rows that were pruned";

/**
 * Compares the rows of one table with what entries state about them. Feed it all entries of the log first, those that
 * adopt rows included, then all rows.
 */
export interface TableComparison {
  /** Returns the rows that the entry is about. */
  read(entry: Recorded): readonly string[];
  /** One for each column that contradicts the log, or one for the row as a whole. */
  compare(row: Row, of: Binding): Contradiction[];
  /** The same of a single row, any number of times; the table is not compared as a whole. */
  check(row: Row, of: Binding): Contradiction[];
  /** Rows that entries state and the table lacks: those that were not compared since the last call. */
  missing(): Contradiction[];
  /**
   * The row with those of its fields that no entry states, for adoption by a log that did not bind its answers before.
   * Undefined: there are none, or the row contradicts the log.
   */
  unstated(row: Row, of: Binding): Row | undefined;
}

/** The fields that a log says it binds, by table: `log-created` of a new log, `answers-bound` of an older one. */
export type BoundFields = { readonly [table: string]: readonly string[] };

export function compareTable(table: string, bindings: readonly Binding[]): TableComparison {
  const stated = new Map<string, Stated>();
  const readers = bindings.map((binding) => ({ types: binding.types, reader: binding.reader() }));
  const bound = new Set<string>();
  const kinds = new Set(bindings.map(({ retention }) => retention?.kind));
  const spanOf = bindings.find(({ retention }) => retention?.span !== undefined)?.retention?.span;
  const prunings: Pruned[] = [];
  /** Rows that prunings name, because the entry that stated their end has no body any longer. */
  const ended = new Map<string, Pruned>();
  let isBound = false;

  const add = (entry: number, { row, fields }: Claim, isAdopted = false): string => {
    if (fields === "gone") {
      stated.set(row, { entry, fields: {}, isGone: true, met: false, isAdopted });
      return row;
    }
    const before = stated.get(row);
    const known: Stated =
      before === undefined || before.isGone ? { entry, fields: {}, isGone: false, met: false, isAdopted } : before;
    known.isAdopted &&= isAdopted;
    for (const [name, value] of Object.entries(fields)) {
      if (value !== undefined) known.fields[name] = { entry, value };
    }
    known.entry = entry;
    stated.set(row, known);
    return row;
  };

  const differences = ({ row, fields }: Row, of: Binding, signed: Stated): Contradiction[] => {
    const names = Object.keys({ ...signed.fields, ...fields });
    return names.flatMap((name) => {
      const said = signed.fields[name];
      const [says, was] = [canonicalize(fields[name] ?? null) ?? "", canonicalize(said?.value ?? null) ?? ""];
      if (says === was || (said === undefined && !bound.has(name))) return [];
      const found = { table, row, column: columnsOf(of, name), says: shown(says), signed: shown(was) };
      if (said === undefined)
        return [{ ...found, problem: `${row} has ${name} ${found.says}, and no entry states one.` }];
      const problem = `${row} has ${name} ${found.says}, and entry ${said.entry} says ${found.signed}.`;
      return [{ ...found, entry: said.entry, problem }];
    });
  };

  /** The pruning that deleted a row, as far as it follows from what entries state of the row. */
  const prunedIn = (
    row: string,
    { entry, fields, isAdopted }: Stated,
    which: "any" | "complete",
  ): Pruned | undefined => {
    if (prunings.length === 0) return undefined;
    if (spanOf === undefined) {
      // Its own entries went with it; one that adopted rows stays, because it states others too.
      return isAdopted && which === "any" ? prunings.find((pruning) => pruning.entry > entry) : undefined;
    }
    const named = ended.get(row);
    if (named !== undefined && named.entry > entry) return named;
    const values = Object.fromEntries(Object.entries(fields).map(([name, { value }]) => [name, value]));
    const span = spanOf({ row, fields: values });
    return span && fellTo(span, entry, prunings, which);
  };

  const check: TableComparison["check"] = (row, of) => {
    const signed = stated.get(row.row);
    if (signed === undefined) {
      if (!isBound && !of.always) return [];
      return [{ table, row: row.row, problem: `${row.row} is in the table, and no entry records it.` }];
    }
    if (!signed.isGone) {
      const pruning = prunedIn(row.row, signed, "complete");
      if (pruning === undefined) return differences(row, of, signed);
      const problem = `${row.row} is in the table, and entry ${pruning.entry} says that it was pruned.`;
      return [{ table, row: row.row, entry: pruning.entry, problem }];
    }
    const { entry } = signed;
    const problem = `${row.row} is in the table, and entry ${entry} says that it ended.`;
    return [{ table, row: row.row, entry, problem }];
  };

  return {
    check,
    read(entry) {
      const index = entry.index;
      const binds = fieldsBoundBy(entry)[table];
      for (const name of binds ?? []) bound.add(name);
      isBound ||= binds !== undefined;
      if (entry.type === "rows-pruned" && kinds.has(entry.data.kind)) {
        const pruning = prunedBy(entry);
        prunings.push(pruning);
        for (const row of entry.data.tables[table]?.ended ?? []) ended.set(row, pruning);
        return [PRUNED_ROWS];
      }
      if (entry.type === "rows-adopted") {
        if (entry.data.table !== table) return [];
        for (const { reader } of readers) for (const row of entry.data.rows) reader.adopts?.(row);
        return entry.data.rows.map((row) => add(index, row, true));
      }
      return readers
        .filter(({ types }) => types.includes(entry.type))
        .flatMap(({ reader }) => reader.states(entry))
        .map((claim) => add(index, claim));
    },
    compare(row, of) {
      const signed = stated.get(row.row);
      if (signed?.met === true) return [{ table, row: row.row, problem: `${row.row} is in the table twice.` }];
      if (signed !== undefined) signed.met = true;
      return check(row, of);
    },
    missing() {
      return [...stated].flatMap(([row, known]) => {
        const { entry, isGone, met } = known;
        known.met = false;
        if (met || isGone || prunedIn(row, known, "any") !== undefined) return [];
        return [{ table, row, entry, problem: `${row} is missing from the table, and entry ${entry} records it.` }];
      });
    },
    unstated(row, of) {
      const signed = stated.get(row.row);
      if (signed === undefined) return of.always ? undefined : row;
      if (signed.isGone || differences(row, of, signed).length > 0) return undefined;
      const fields = Object.entries(row.fields).filter(
        ([name, value]) => (value ?? null) !== null && signed.fields[name] === undefined,
      );
      return fields.length === 0 ? undefined : { row: row.row, fields: Object.fromEntries(fields) };
    },
  };
}

/** The fields that an entry says are bound from then on, by table. */
export function fieldsBoundBy(entry: Recorded): BoundFields {
  switch (entry.type) {
    case "log-created":
      return entry.data.binds ?? {};
    case "answers-bound":
      return entry.data.binds;
    default:
      return {};
  }
}

function columnsOf({ columns }: Binding, field: string): string {
  const of = columns[field] ?? field;
  return typeof of === "string" ? of : of.join(", ");
}

/** JSON of a stored value in a message: bounded, and nothing but printable ASCII. */
function shown(json: string): string {
  return quoted(json).slice(1, -1);
}
