import { formatInstant } from "../../../model/index.ts";
import { binding, type Binding, type Claim, type Row } from "../../../record/evidence/index.ts";
import type { Db } from "../../../platform/storage/index.ts";
import { findingsAfter } from "./finding-pages.ts";

const ROWS_A_PAGE = 5_000;
const TYPES = ["finding-opened", "finding-regressed", "finding-resolved", "finding-out-of-scope"] as const;

/** What the entries of the log bind of the findings: that they exist, whether they are open, and each change of them. */
export const findingBindings: readonly Binding[] = [
  binding({
    table: "finding",
    types: TYPES,
    always: true,
    key: ["id"],
    columns: {
      fingerprint: "fingerprint",
      kind: "kind",
      vantage: ["vantage_id", "vantage_point.name"],
      open: "status",
      resolvedAt: "resolved_at",
      resolution: "resolution",
    },
    states: ({ type, data }) => {
      const { finding, fingerprint, kind, vantage } = data;
      const resolved = type === "finding-resolved" ? data : undefined;
      return [
        {
          row: `finding ${finding}`,
          fields: {
            fingerprint,
            kind,
            vantage,
            open: type === "finding-opened" || type === "finding-regressed",
            resolvedAt: resolved?.resolvedAt ?? null,
            resolution: resolved?.resolution ?? null,
          },
        },
      ];
    },
    async *rows(db) {
      for await (const { id, status, ...row } of each((after) => findingsAfter(db, after, ROWS_A_PAGE))) {
        yield {
          row: `finding ${id}`,
          fields: {
            fingerprint: row.fingerprint,
            kind: row.kind,
            vantage: row.vantage,
            open: status !== "resolved" && status !== "out-of-scope",
            resolvedAt: row.resolved_at === null ? null : formatInstant(row.resolved_at.getTime()),
            resolution: row.resolution,
          },
        };
      }
    },
  }),
  binding({
    table: "finding_event",
    types: TYPES,
    always: true,
    key: ["finding_id", "status", "at"],
    columns: { note: "note" },
    needsNone: { id: "it only orders the rows of one instant" },
    states: (entry): Claim[] => {
      switch (entry.type) {
        case "finding-opened":
          return [event(entry.data.finding, "new", entry.data.openedAt, entry.data.summary)];
        case "finding-regressed":
          return [event(entry.data.finding, "regressed", entry.data.seenAt, entry.data.summary)];
        case "finding-resolved":
          return [event(entry.data.finding, "resolved", entry.data.resolvedAt, entry.data.resolution)];
        case "finding-out-of-scope":
          return [
            event(
              entry.data.finding,
              "out-of-scope",
              entry.data.outOfScopeAt,
              `out of scope since version ${entry.data.scopeVersion}`,
            ),
          ];
      }
    },
    async *rows(db) {
      for await (const { finding_id, status, at, note } of each((after) => eventsAfter(db, after))) {
        yield event(finding_id, status, formatInstant(at.getTime()), note);
      }
    },
  }),
];

function event(finding: number, status: string, at: string, note?: string): Row {
  return { row: `finding ${finding} becoming ${status} at ${at}`, fields: { note } };
}

function eventsAfter(db: Db, after: number) {
  return db
    .selectFrom("finding_event")
    .select(["id", "finding_id", "status", "at", "note"])
    .where("id", ">", after)
    .orderBy("id")
    .limit(ROWS_A_PAGE)
    .execute();
}

/** All rows of a table by their number, a page at a time. */
async function* each<Numbered extends { readonly id: number }>(
  page: (after: number) => Promise<readonly Numbered[]>,
): AsyncGenerator<Numbered, undefined> {
  for (let after = 0; ;) {
    const rows = await page(after);
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined) return undefined;
    after = last.id;
  }
}
