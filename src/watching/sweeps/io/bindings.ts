import { formatInstant } from "../../../model/index.ts";
import { binding, type Binding, type Claim } from "../../../record/evidence/index.ts";

const ROWS_A_PAGE = 5_000;

/** What the entries of the log bind of the sweeps: their plan, who requested them, and how they ended. */
export const sweepBindings: readonly Binding[] = [
  binding({
    table: "sweep",
    types: ["sweep-started", "sweep-finished"],
    states: (entry): Claim[] => {
      const row = `sweep ${entry.data.sweep}`;
      switch (entry.type) {
        case "sweep-started": {
          const { kind, targets, vantage, engine, parameters, planDigest, seed, planned, scopeVersion, requestedBy } =
            entry.data;
          const fields = { kind, targets, vantage, engine, parameters, planDigest, seed, planned, scopeVersion };
          const startedAt = entry.data.startedAt ?? entry.at;
          return [{ row, fields: { ...fields, requestedBy, startedAt, verdict: null, endedAt: null } }];
        }
        case "sweep-finished": {
          const { verdict, reason, counts, endedAt } = entry.data;
          return [{ row, fields: { verdict, reason: reason ?? null, counts, endedAt: endedAt ?? entry.at } }];
        }
      }
    },
    async *rows(db) {
      for (let after = 0; ;) {
        const rows = await db
          .selectFrom("sweep")
          .innerJoin("vantage_point", "vantage_point.id", "sweep.vantage_id")
          .selectAll("sweep")
          .select("vantage_point.name as vantage")
          .where("sweep.id", ">", after)
          // A sweep of every minute that runs gets its entry when it becomes part of the record.
          .where(({ or, eb }) => or([eb("announced", "=", true), eb("ended_at", "is not", null)]))
          .orderBy("sweep.id")
          .limit(ROWS_A_PAGE)
          .execute();
        for (const row of rows) {
          yield {
            row: `sweep ${row.id}`,
            fields: {
              kind: row.kind,
              targets: row.targets,
              vantage: row.vantage,
              engine: row.engine,
              parameters: row.parameters,
              planDigest: row.plan_digest,
              seed: row.seed,
              planned: row.planned,
              scopeVersion: row.scope_version,
              requestedBy: row.requested_by,
              startedAt: formatInstant(row.started_at.getTime()),
              endedAt: row.ended_at === null ? null : formatInstant(row.ended_at.getTime()),
              verdict: row.verdict,
              reason: row.reason,
              counts: row.counts === null ? null : { ...row.counts },
            },
          };
        }
        const last = rows.at(-1);
        if (last === undefined) return;
        after = last.id;
      }
    },
  }),
];
