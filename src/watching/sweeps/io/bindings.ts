import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import { formatInstant, type JsonValue } from "../../../model/index.ts";
import { binding, type Binding, type Claim } from "../../../record/evidence/index.ts";

const ROWS_A_PAGE = 5_000;

/** What the entries of the log bind of the sweeps: their plan, who requested them, and how they ended. */
export const sweepBindings: readonly Binding[] = [
  binding({
    table: "sweep",
    types: ["sweep-started", "sweep-resumed", "sweep-finished"],
    always: true,
    retention: { kind: "sweeps" },
    key: ["id"],
    columns: {
      kind: "kind",
      targets: "targets",
      vantage: ["vantage_id", "vantage_point.name"],
      engine: "engine",
      parameters: "parameters",
      planDigest: "plan_digest",
      plan: "plan",
      seed: "seed",
      planned: "planned",
      scopeVersion: "scope_version",
      requestedBy: "requested_by",
      startedAt: "started_at",
      endedAt: "ended_at",
      recordedAt: "recorded_at",
      verdict: "verdict",
      reason: "reason",
      counts: "counts",
      recall: "recall",
      engineReport: "engine_report",
      worker: "worker_id",
    },
    needsNone: {
      run: "it counts processes that took over a sweep that runs; coverage has the runs with what they saw",
      announced: "it says whether a running sweep has its entry, and one that ended always has",
      lease_until: "it says which process works on a sweep that runs, and no answer uses it afterwards",
    },
    states: (entry): Claim[] => {
      const row = `sweep ${entry.data.sweep}`;
      switch (entry.type) {
        case "sweep-started": {
          const { kind, targets, vantage, engine, parameters, planDigest, seed, planned, scopeVersion, requestedBy } =
            entry.data;
          const fields = { kind, targets, vantage, engine, parameters, planDigest, seed, planned, scopeVersion };
          const { startedAt = entry.at, worker = null } = entry.data;
          const ended = { verdict: null, endedAt: null, recordedAt: null };
          return [{ row, fields: { ...fields, plan: planDigest, requestedBy, startedAt, worker, ...ended } }];
        }
        case "sweep-resumed":
          return [{ row, fields: { worker: entry.data.worker ?? null } }];
        case "sweep-finished": {
          const { verdict, reason = null, counts, recall = null, engineReport = null, endedAt = entry.at } = entry.data;
          return [{ row, fields: { verdict, reason, counts, recall, engineReport, endedAt, recordedAt: entry.at } }];
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
              plan: planDigestOf(row.plan),
              seed: row.seed,
              planned: row.planned,
              scopeVersion: row.scope_version,
              requestedBy: row.requested_by,
              startedAt: formatInstant(row.started_at.getTime()),
              recordedAt: row.recorded_at === null ? null : formatInstant(row.recorded_at.getTime()),
              endedAt: row.ended_at === null ? null : formatInstant(row.ended_at.getTime()),
              verdict: row.verdict,
              reason: row.reason,
              counts: row.counts === null ? null : { ...row.counts },
              recall: row.recall === null ? null : { ...row.recall },
              engineReport: row.engine_report,
              worker: row.worker_id,
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

/** The digest that a stored plan gives: of its canonical JSON, for a plan of this installation and of a file alike. */
function planDigestOf(plan: JsonValue): string {
  return createHash("sha256")
    .update(canonicalize(plan) ?? "")
    .digest("hex");
}
