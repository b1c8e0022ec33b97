import { formatInstant } from "../../../model/index.ts";
import { binding, type Binding } from "../../../record/evidence/index.ts";

const SHARE = "it decides the share of the limits for some seconds, by the database's clock";

/** The processes that worked on the record: where, from when until when, and why they left. */
export const workerBindings: readonly Binding[] = [
  binding({
    table: "worker",
    types: ["worker-joined", "worker-left"],
    always: true,
    key: ["id"],
    columns: {
      kind: "kind",
      vantage: "vantage_id",
      machine: "machine",
      pid: "pid",
      addresses: "addresses",
      joinedAt: "joined_at",
      leftAt: "left_at",
      reason: "reason",
    },
    needsNone: { seen_at: SHARE, among: SHARE, skew_ms: SHARE },
    states: (entry) => {
      const row = `worker ${entry.data.worker}`;
      if (entry.type === "worker-left") {
        const { reason, leftAt } = entry.data;
        return [{ row, fields: { reason, leftAt } }];
      }
      const { kind, vantage, machine, pid, addresses } = entry.data;
      return [{ row, fields: { kind, vantage, machine, pid, addresses, joinedAt: entry.at } }];
    },
    async *rows(db) {
      const rows = await db
        .selectFrom("worker")
        .innerJoin("vantage_point", "vantage_point.id", "worker.vantage_id")
        .selectAll("worker")
        .select("vantage_point.name as vantage")
        .orderBy("worker.id")
        .execute();
      for (const { id, kind, vantage, machine, pid, addresses, joined_at: joined, left_at: left, reason } of rows) {
        const times = {
          joinedAt: formatInstant(joined.getTime()),
          leftAt: left === null ? null : formatInstant(left.getTime()),
        };
        yield { row: `worker ${id}`, fields: { kind, vantage, machine, pid, addresses, reason, ...times } };
      }
    },
  }),
];
