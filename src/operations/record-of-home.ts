import { formatInstant, Fault, type Instant } from "../model/index.ts";
import { databaseText, hasRecord, openStore, type Store, type StoreConfig } from "../platform/storage/index.ts";
import { logHead } from "../record/evidence/index.ts";
import { forgetLast, type Destination } from "../record/publication/index.ts";
import { lostWithRestore, rememberNewest } from "./published.ts";
import {
  lineageOf,
  readHomeRecord,
  recordRestore,
  refusalOf,
  restoredElsewhere,
  writeHomeRecord,
  type HomeRecord,
} from "../record/lineage/index.ts";

type Place = Pick<HomeRecord, "store" | "database">;

function placeOf({ databaseUrl }: StoreConfig): Place {
  return databaseUrl === undefined
    ? { store: "embedded" }
    : { store: "postgresql", database: databaseText(databaseUrl) };
}

/** Throws `conflict` if the home remembers that its record is in another database than the configured one. */
export function refuseOtherDatabase(config: StoreConfig): void {
  const refusal = refusalOf(config.home, readHomeRecord(config.home), placeOf(config));
  if (refusal !== undefined) throw refusal;
}

/**
 * Opens the record of a home, and remembers in the home which database holds it. A home of an earlier version remembers
 * the first database that it is opened with.
 *
 * @throws Fault `conflict` if the home remembers another database, or another record in it
 */
export async function openRecordOf(config: StoreConfig): Promise<Store> {
  refuseOtherDatabase(config);
  const store = await openStore(config);
  try {
    const [remembered, chosen, lineage] = [readHomeRecord(config.home), placeOf(config), await lineageOf(store)];
    const refusal = refusalOf(config.home, remembered, chosen, lineage);
    if (refusal !== undefined) throw refusal;
    const { superseded } = remembered ?? {};
    remember(config.home, { version: 1, superseded, ...chosen, ...lineage }, remembered);
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** After a restore: the record is in its next generation, and where this home had it before, it is superseded. */
export async function rememberRestored(
  config: StoreConfig,
  {
    at,
    backupOf,
    destinations,
  }: { readonly at: Instant; readonly backupOf: string; readonly destinations: readonly Destination[] },
): Promise<{ readonly lost?: { readonly from: number; readonly to: number } }> {
  const chosen = placeOf(config);
  const before = readHomeRecord(config.home);
  const hadEmbedded = chosen.store === "postgresql" && hasRecord({ home: config.home });
  const left: HomeRecord | undefined = before ?? (hadEmbedded ? { version: 1, store: "embedded" } : undefined);
  const store = await openStore(config);
  try {
    const { size } = await logHead(store.db);
    const { lost, known } = await lostWithRestore(store, { home: config.home, destinations });
    const lineage = await recordRestore(store, at, { backupOf, lost, known });
    const same = left !== undefined && (left.record === undefined || left.record === lineage.record);
    const superseded = [...(before?.superseded ?? []), ...(same ? [{ ...where(left), at: formatInstant(at) }] : [])];
    writeHomeRecord(config.home, {
      version: 1,
      ...chosen,
      ...lineage,
      ...(superseded.length === 0 ? {} : { superseded }),
    });
    await rememberNewest(store, config.home);
    return lost === undefined ? {} : { lost: { from: size, to: lost - 1 } };
  } finally {
    await store.close();
  }
}

function where({ store, database }: HomeRecord): Place {
  return database === undefined ? { store } : { store, database };
}

/** Which database a home works on, as it remembers it. */
export function databaseOfHome(home: string): HomeRecord | undefined {
  return readHomeRecord(home);
}

/**
 * Makes a home work on the configured database from now on, whatever record that holds.
 *
 * @throws Fault `conflict` if the record there was restored into another one, unless `superseded` accepts that
 */
export function chooseDatabase(config: StoreConfig, { superseded = false } = {}): HomeRecord {
  const before = readHomeRecord(config.home);
  const chosen = placeOf(config);
  const elsewhere = restoredElsewhere(before, chosen.store);
  if (elsewhere !== undefined && !superseded) {
    throw new Fault("conflict", `${elsewhere.text}: continuing it makes two histories, signed with one key.`, {
      place: config.home,
      next: "Leave it as it is. To read it nevertheless, add --superseded, and record nothing in it.",
    });
  }
  const kept = before?.superseded;
  const record: HomeRecord = { version: 1, ...chosen, ...(kept === undefined ? {} : { superseded: kept }) };
  writeHomeRecord(config.home, record);
  // Deliberately another record: what this home knew of the one before is no longer compared.
  forgetLast(config.home);
  return record;
}

function remember(home: string, record: HomeRecord, before: HomeRecord | undefined): void {
  const { superseded, generation, record: id } = record;
  const next: HomeRecord = {
    version: 1,
    ...where(record),
    record: id,
    generation,
    ...(superseded === undefined ? {} : { superseded }),
  };
  if (JSON.stringify(next) !== JSON.stringify(before)) writeHomeRecord(home, next);
}
