import type { Store } from "../src/platform/storage/index.ts";

/** What a test may have changed besides rows. A store that differs here from a fresh one is not used again. */
const SHAPE = `
  SELECT md5(concat(
    (SELECT string_agg(concat(attrelid::regclass, attname, attnotnull, atthasdef), ',' ORDER BY attrelid, attnum)
       FROM pg_attribute WHERE attnum > 0 AND attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)),
    (SELECT string_agg(concat(tgrelid::regclass, tgname, tgenabled), ',' ORDER BY tgrelid, tgname)
       FROM pg_trigger WHERE NOT tgisinternal),
    (SELECT string_agg(concat(conrelid::regclass, conname), ',' ORDER BY conrelid, conname) FROM pg_constraint)
  )) AS shape`;

/** Migrations insert only their own rows; a migration that inserts others has to restore them here. */
const EMPTY = `
  DO $reset$
  DECLARE
    tables text := (SELECT string_agg(format('%I', tablename), ', ') FROM pg_tables
                     WHERE schemaname = 'public' AND tablename <> 'schema_migration');
    others text := (SELECT string_agg(format('%I', nspname), ', ') FROM pg_namespace
                     WHERE nspname NOT LIKE 'pg\\_%' AND nspname NOT IN ('public', 'information_schema'));
  BEGIN
    IF others IS NOT NULL THEN EXECUTE 'DROP SCHEMA ' || others || ' CASCADE'; END IF;
    SET LOCAL session_replication_role = replica;
    EXECUTE 'TRUNCATE ' || tables || ' RESTART IDENTITY CASCADE';
  END
  $reset$`;

/** A store that is emptied instead of created again: creating one takes a second or two, which no test needs. */
export interface ReusableStore {
  /** Given to one test. Closing it prevents further use. */
  readonly store: Store;
  /**
   * Empties it, as if it had just been migrated. Returns false when that is not possible; then the store is deleted.
   */
  reset(): Promise<boolean>;
}

/** `remove` deletes its database once it is closed. */
export async function reusableStore(store: Store, remove: () => Promise<void>): Promise<ReusableStore> {
  const shapeOf = async (): Promise<unknown> => (await store.executeSql(SHAPE)).rows[0]?.shape;
  const fresh = await shapeOf();
  let closed = false;
  const close = async (): Promise<void> => {
    closed = true;
    await store.close();
  };
  return {
    store: { ...store, close },
    async reset() {
      if (closed || (await shapeOf().catch(() => undefined)) !== fresh) {
        if (!closed) await close();
        await remove();
        return false;
      }
      await store.executeSql(EMPTY);
      return true;
    },
  };
}
