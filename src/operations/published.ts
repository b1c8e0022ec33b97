import { Fault, type Clock } from "../model/index.ts";
import { createEgress } from "../platform/egress/index.ts";
import { hasRecord, type Store, type StoreConfig } from "../platform/storage/index.ts";
import { heldLog, holdLog } from "../record/change/index.ts";
import { logHead, parseCheckpointBody, parseNote, publicKeysOfHome, type Hold } from "../record/evidence/index.ts";
import { lineageOf } from "../record/lineage/index.ts";
import {
  compareAtStart,
  compareHeld,
  destinationsOf,
  isAlarm,
  lastKnown,
  NEXT,
  rememberLast,
  type Destination,
  type HeldNote,
  type PublicationPlaces,
} from "../record/publication/index.ts";

/** Where checkpoints go, and which private addresses that may be. */
export interface PublicationConfig extends PublicationPlaces {
  readonly allow: readonly string[];
}

export function configuredDestinations(
  publication: PublicationConfig | undefined,
  { home, clock }: { readonly home: string; readonly clock: Clock },
): Destination[] {
  if (publication === undefined) return [];
  return destinationsOf(publication, { home, clock, egress: createEgress({ allow: publication.allow }) });
}

/**
 * Before a record is opened: a home that knows its log must not begin another one in an empty database.
 *
 * @throws Fault `conflict`
 */
export function refuseEmptied(config: StoreConfig): void {
  const known = lastKnown(config.home);
  if (known === undefined || config.databaseUrl !== undefined || hasRecord(config)) return;
  throw emptied(config.home, known);
}

function emptied(home: string, { note }: HeldNote): Fault {
  const text = parseNote(note)?.text;
  const size = text === undefined ? undefined : parseCheckpointBody(text)?.size;
  return new Fault(
    "conflict",
    `The database is empty, but this home knows its log with ${size ?? "several"} entries.`,
    {
      place: home,
      next: "Put the database back, or restore a backup: portolan restore. To begin another record, use another PORTOLAN_HOME.",
    },
  );
}

/**
 * Compares the record with the checkpoints that the home and, for a lasting process, the destinations hold. If one
 * contradicts it, nothing is appended any longer, by any process, until the record is another one.
 */
export async function compareWithPublished(
  store: Pick<Store, "db" | "transaction">,
  { home, destinations }: { readonly home: string; readonly destinations: readonly Destination[] },
): Promise<Hold | undefined> {
  const last = lastKnown(home);
  const head = await logHead(store.db);
  if (head.size === 0) {
    if (last !== undefined) throw emptied(home, last);
    return undefined;
  }
  const before = await heldLog(store.db);
  const notes = [...(last === undefined ? [] : [last]), ...(await knownOf(destinations))];
  const worst = (await compareAtStart(store.db, notes, publicKeysOfHome(home))).find(({ verdict }) => isAlarm(verdict));
  const hold =
    worst !== undefined && isAlarm(worst.verdict)
      ? { verdict: worst.verdict, problem: `${place(worst)}: ${worst.problem}`, next: NEXT[worst.verdict] }
      : undefined;
  // A command sees less than a server: it does not release what a destination showed.
  if (hold === undefined && before !== undefined && destinations.length === 0) return before;
  if (JSON.stringify(hold) !== JSON.stringify(before)) await holdLog(store, hold);
  return hold;
}

function place({ from, size }: { readonly from: string; readonly size?: number }): string {
  return `The checkpoint${size === undefined ? "" : ` of ${size} entries`} in ${from}`;
}

/** What a destination that can be read was found to hold. */
export interface ReadDestination {
  readonly name: string;
  readonly notes: readonly HeldNote[];
  /** Why not all of it, or nothing, was read. */
  readonly problem?: string;
}

/** The newest checkpoints in each destination that can be read; one that is away is named with its problem. */
export async function readDestinations(destinations: readonly Destination[]): Promise<ReadDestination[]> {
  const read = destinations.map(async (each): Promise<ReadDestination[]> => {
    const { name } = each;
    try {
      const found = await each.known?.();
      return found === undefined ? [] : [{ name, ...found }];
    } catch (error) {
      return [
        { name, notes: [], problem: `it cannot be read: ${error instanceof Error ? error.message : "unknown error"}` },
      ];
    }
  });
  return (await Promise.all(read)).flat();
}

/** One that is away now is compared at the next start. */
async function knownOf(destinations: readonly Destination[]): Promise<HeldNote[]> {
  return (await readDestinations(destinations)).flatMap(({ notes }) => notes);
}

/**
 * The largest size that was signed outside and that a restored log does not have: its entries are lost. Absent if none
 * is known. With the latest generation that was published.
 */
export async function lostWithRestore(
  { db }: Pick<Store, "db">,
  { home, destinations }: { readonly home: string; readonly destinations: readonly Destination[] },
): Promise<{ readonly lost?: number; readonly known: number }> {
  const last = lastKnown(home);
  const notes = [...(last === undefined ? [] : [last]), ...(await knownOf(destinations))];
  const judged = await compareHeld(db, notes, publicKeysOfHome(home));
  const sizes = judged.flatMap(({ verdict, size }) =>
    size !== undefined && isAlarm(verdict) && verdict !== "replaced" ? [size] : [],
  );
  const known = Math.max(0, ...notes.map(({ generation = 0 }) => generation));
  return sizes.length === 0 ? { known } : { known, lost: Math.max(...sizes) };
}

/** Keeps the newest checkpoint in the home, unless the record is held: then the older one is evidence. */
export async function rememberNewest(store: Pick<Store, "db" | "transaction">, home: string): Promise<void> {
  const { latestCheckpoint: latest } = await logHead(store.db);
  if (latest === undefined || (await heldLog(store.db)) !== undefined) return;
  const { generation } = await lineageOf(store);
  rememberLast(home, { note: latest.note, generation });
}
