import type { Entry, Instant } from "../../model/index.ts";
import type { Tx } from "../../platform/storage/tables.ts";
import type { Notice } from "./notice.ts";

/**
 * An open transaction that changes the record. Its user writes rows, and appends the entries that say what they mean.
 */
export interface Change {
  /** For the rows. Only the unit of work writes entries, checkpoints and the outbox. */
  readonly tx: Tx;
  /** When the change is recorded: the date of its notices and of the checkpoint that covers it. */
  readonly at: Instant;
  /** Entries for the evidence log. They get their places at the end of the change, in the order of these calls. */
  append(...entries: readonly Entry[]): void;
  /** Appends an entry, and writes the row that names it as soon as its place is known. */
  bind(entry: Entry, write: (index: number) => Promise<void>): void;
  /** Leaves a notice of something that an entry of this change records. */
  notify(entry: Entry, notice: Notice): void;
}

/** The content of a change when its work is done. */
export interface Collected {
  readonly entries: readonly Entry[];
  readonly bound: readonly { readonly entry: Entry; readonly write: (index: number) => Promise<void> }[];
  readonly notices: readonly { readonly entry: Entry; readonly notice: Notice }[];
}

/**
 * A change that collects entries and notices until `close`. Later calls throw, because they would no longer be written.
 */
export function collectChange(tx: Tx, at: Instant): { readonly change: Change; close(): Collected } {
  const entries: Entry[] = [];
  const bound: { entry: Entry; write: (index: number) => Promise<void> }[] = [];
  const notices: { entry: Entry; notice: Notice }[] = [];
  const own = new Set<Entry>();
  let closed = false;
  const refuseClosed = (): void => {
    if (closed) throw new Error("this change of the record is over: nothing more can become part of it");
  };
  const add = (entry: Entry): void => {
    entries.push(entry);
    own.add(entry);
  };
  return {
    change: {
      tx,
      at,
      append(...given) {
        refuseClosed();
        given.forEach(add);
      },
      bind(entry, write) {
        refuseClosed();
        add(entry);
        bound.push({ entry, write });
      },
      notify(entry, notice) {
        refuseClosed();
        if (!own.has(entry)) throw new Error(`a notice of ${notice.kind} comes with the entry it is about`);
        notices.push({ entry, notice });
      },
    },
    close() {
      closed = true;
      return { entries, bound, notices };
    },
  };
}
