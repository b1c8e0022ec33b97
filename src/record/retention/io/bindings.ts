import { formatInstant } from "../../../model/index.ts";
import { binding, type Binding } from "../../evidence/index.ts";
import { timeText } from "./policy-store.ts";

/** How long what is kept, what is held, and what was pruned: each row has its entry. */
export const retentionBindings: readonly Binding[] = [
  binding({
    table: "retention_policy",
    types: ["retention-set"],
    always: true,
    key: ["version"],
    columns: { periods: "periods", reason: "reason", setAt: "set_at", by: "set_by" },
    states: ({ at, data: { version, ...fields } }) => [
      { row: `retention policy ${version}`, fields: { ...fields, setAt: at } },
    ],
    async *rows(db) {
      for (const row of await db.selectFrom("retention_policy").selectAll().orderBy("version").execute()) {
        const { version, periods, reason, set_at: at, set_by: by } = row;
        yield {
          row: `retention policy ${version}`,
          fields: { periods: { ...periods }, reason, setAt: formatInstant(at.getTime()), by },
        };
      }
    },
  }),
  binding({
    table: "legal_hold",
    types: ["legal-hold-set", "legal-hold-lifted"],
    always: true,
    key: ["id"],
    columns: {
      asset: "asset",
      from: "held_from",
      to: "held_to",
      keepsFrom: "keeps_from",
      reason: "reason",
      setAt: "set_at",
      by: "set_by",
      liftedAt: "lifted_at",
      liftedBy: "lifted_by",
      liftReason: "lift_reason",
    },
    states(entry) {
      const row = `legal hold ${entry.data.hold}`;
      if (entry.type === "legal-hold-lifted") {
        const { by: liftedBy, reason: liftReason } = entry.data;
        return [{ row, fields: { liftedAt: entry.at, liftedBy, liftReason } }];
      }
      const { hold: _number, ...fields } = entry.data;
      return [{ row, fields: { ...fields, setAt: entry.at } }];
    },
    async *rows(db) {
      for (const row of await db.selectFrom("legal_hold").selectAll().orderBy("id").execute()) {
        yield {
          row: `legal hold ${row.id}`,
          fields: {
            asset: row.asset,
            from: timeText(row.held_from),
            to: timeText(row.held_to),
            keepsFrom: timeText(row.keeps_from),
            reason: row.reason,
            setAt: timeText(row.set_at),
            by: row.set_by,
            liftedAt: timeText(row.lifted_at),
            liftedBy: row.lifted_by,
            liftReason: row.lift_reason,
          },
        };
      }
    },
  }),
  binding({
    table: "pruning",
    types: ["rows-pruned"],
    always: true,
    key: ["entry_index"],
    columns: {
      kind: "kind",
      until: "until",
      complete: "complete",
      rows: "rows",
      entries: "entries",
      prunedAt: "pruned_at",
      by: "pruned_by",
    },
    states({ index, at, data: { kind, until, complete, tables, entries, by } }) {
      const rows = Object.values(tables).reduce((sum, each) => sum + each.rows, 0);
      const fields = { kind, until, complete, rows, entries: entries?.count ?? 0, prunedAt: at, by };
      return [{ row: `the pruning in entry ${index}`, fields }];
    },
    async *rows(db) {
      for (const row of await db.selectFrom("pruning").selectAll().orderBy("entry_index").execute()) {
        const { entry_index: index, kind, until, complete, rows, entries, pruned_at: at, pruned_by: by } = row;
        const times = { until: formatInstant(until.getTime()), prunedAt: formatInstant(at.getTime()) };
        yield { row: `the pruning in entry ${index}`, fields: { kind, complete, rows, entries, by, ...times } };
      }
    },
  }),
];
