import type { Figures, ServerOperations } from "../contract/index.ts";
import { heldLog } from "../record/change/index.ts";
import { logHead, pageOfEntries } from "../record/evidence/index.ts";
import { currentCounts, gapTotals, lookSums } from "../record/history/index.ts";
import { findingCounts } from "../judgement/findings/index.ts";
import type { EntryType } from "../model/index.ts";
import type { Store } from "../platform/storage/index.ts";
import { sweepCounts } from "../watching/sweeps/index.ts";

/** How long counts over whole tables are reused, in milliseconds: a monitoring system may query every second. */
const FRESH = 10_000;

/** What the server reports of the present record: live changes, figures, readiness. */
export function createNow(
  store: Pick<Store, "db" | "executeSql">,
): Pick<ServerOperations, "changes" | "figures" | "ready"> {
  const { db } = store;
  let counted: { readonly at: number; readonly figures: Promise<Omit<Figures, "databaseSeconds">> } | undefined;

  async function count(): Promise<Omit<Figures, "databaseSeconds">> {
    const head = await logHead(db);
    return {
      sweeps: await sweepCounts(db),
      looks: (await lookSums(db)).map(({ vantage, kind, looks }) => ({ vantage, kind, count: looks })),
      endpoints: await currentCounts(db),
      findings: await findingCounts(db),
      gaps: await gapTotals(db),
      log: {
        entries: head.size,
        signed: head.latestCheckpoint?.size ?? 0,
      },
      jobs: await jobs(store),
    };
  }

  return {
    async changes({ from, limit }) {
      const { size } = await logHead(db);
      if (from === undefined || from >= size) return { size, changes: [] };
      const entries = await pageOfEntries(db, { first: from, limit });
      return { size, changes: entries.map(({ index, type, body }) => ({ index, type: type as EntryType, body })) };
    },

    async figures() {
      const began = performance.now();
      await store.executeSql("SELECT 1");
      const databaseSeconds = (performance.now() - began) / 1_000;
      if (counted === undefined || performance.now() - counted.at > FRESH) {
        const figures = count();
        counted = { at: performance.now(), figures };
        figures.catch(() => (counted = undefined));
      }
      return { ...(await counted.figures), databaseSeconds };
    },

    async ready() {
      const held = await heldLog(db);
      if (held !== undefined) throw new Error(held.problem);
      const head = await logHead(db);
      if (head.rootHash !== "") return;
      throw new Error("the head of the evidence log does not match its entries");
    },
  };
}

/** Jobs of the queue by state; empty if no queue was ever created. */
async function jobs(store: Pick<Store, "executeSql">): Promise<Figures["jobs"]> {
  const { rows } = await store.executeSql("SELECT to_regclass('pgboss.job') IS NOT NULL AS there");
  if ((rows as { there: boolean }[])[0]?.there !== true) return [];
  const counted = await store.executeSql(
    "SELECT state::text AS state, count(*)::int4 AS count FROM pgboss.job GROUP BY state",
  );
  return counted.rows as { state: string; count: number }[];
}
