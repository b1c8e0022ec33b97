import type { Engine } from "./engine.ts";

const WAL_LIMIT = 64 * 1024 * 1024;
const TURNS = 500;
const INTERVAL = 2_000;

/** A table with a threshold of its own has it in the schema, for both databases. */
const THRESHOLD = `coalesce(
  (SELECT option_value::float8 FROM pg_options_to_table(c.reloptions) WHERE option_name = 'autovacuum_vacuum_threshold'),
  1000 + n_live_tup / 5)`;

const STATE = `
  SELECT pg_current_wal_insert_lsn() - (SELECT redo_lsn FROM pg_control_checkpoint()) > ${WAL_LIMIT} AS "walIsLong",
         (SELECT coalesce(json_agg(format('%I.%I', s.schemaname, s.relname)), '[]')
            FROM pg_stat_user_tables AS s JOIN pg_class AS c ON c.oid = s.relid
           WHERE n_dead_tup > ${THRESHOLD} OR n_mod_since_analyze > 1000 + n_live_tup / 5) AS tables`;

/**
 * Does the work of a server's background processes, which a single-process PostgreSQL lacks: a checkpoint before the
 * WAL is so long that a restart takes seconds (and the disk fills), VACUUM and ANALYZE at autovacuum's thresholds.
 * Checks every 500 turns or two seconds of use, in its own turns. No caller waits for it, so its failures are ignored:
 * the next check tries again, and a broken engine fails the next caller.
 */
export function maintain(engine: Engine, monotonic: () => number = () => performance.now()): void {
  let turns = 0;
  let last = monotonic();
  let busy = false;
  engine.onTurnEnd = () => {
    turns += 1;
    if (busy || (turns < TURNS && monotonic() - last < INTERVAL)) return;
    busy = true;
    void lookAfter(engine)
      .catch(() => undefined)
      .finally(() => {
        busy = false;
        turns = 0;
        last = monotonic();
      });
  };
}

async function lookAfter(engine: Engine): Promise<void> {
  const state = await alone(engine, async (turn) => (await turn.query(STATE)).rows[0]);
  for (const table of (state?.tables ?? []) as string[]) {
    await alone(engine, (turn) => turn.exec(`VACUUM (ANALYZE) ${table}`));
  }
  if (state?.walIsLong === true) await alone(engine, (turn) => turn.exec("CHECKPOINT"));
}

async function alone<T>(engine: Engine, work: (turn: Awaited<ReturnType<Engine["turn"]>>) => Promise<T>): Promise<T> {
  const turn = await engine.turn();
  try {
    return await work(turn);
  } finally {
    turn.end();
  }
}
