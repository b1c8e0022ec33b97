import type { Entry, Instant } from "../../model/index.ts";
import type { Tx } from "../../platform/storage/tables.ts";
import type { Notice } from "./notice.ts";

/** A transaction that changes the record, while it is open. Whoever is handed one writes rows and says what they mean. */
export interface Change {
  /** For the rows. Entries, checkpoints and the outbox are written by the unit of work alone. */
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

/** What a change has come to when its work is done. */
export interface Collected {
  readonly entries: readonly Entry[];
  readonly bound: readonly { readonly entry: Entry; readonly write: (index: number) => Promise<void> }[];
  readonly notices: readonly { readonly entry: Entry; readonly notice: Notice }[];
}

/** A change that remembers what it is told, until `close`. After that nothing would be written any more: it throws. */
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
        if (!own.has(entry)) throw new Error(`a notice of ${notice.kind} comes with the entry it tells of`);
        notices.push({ entry, notice });
      },
    },
    close() {
      closed = true;
      return { entries, bound, notices };
    },
  };
}
