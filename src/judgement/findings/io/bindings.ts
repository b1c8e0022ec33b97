import { formatInstant, type JsonValue } from "../../../model/index.ts";
import { binding, type Binding, type Recorded, type Row } from "../../../record/evidence/index.ts";
import { dateOf, type Db } from "../../../platform/storage/index.ts";
import { findingsAfter } from "./finding-pages.ts";

const ROWS_A_PAGE = 5_000;
const TYPES = [
  "finding-opened",
  "finding-regressed",
  "finding-changed",
  "finding-resolved",
  "finding-out-of-scope",
] as const;
/** The columns of an episode. The latest one of a finding has them in the row of the finding. */
const EPISODE_COLUMNS = {
  openedAt: ["opened_at", "finding.opened_at"],
  lastSeenAt: ["last_seen_at", "finding.last_seen_at"],
  resolvedAt: ["resolved_at", "finding.resolved_at"],
  resolution: ["resolution", "finding.resolution"],
  outOfScopeAt: ["out_of_scope_at", "finding.out_of_scope_at"],
  outOfScopeVersion: ["out_of_scope_version", "finding.out_of_scope_version"],
} as const;

type FindingEntry = Recorded<(typeof TYPES)[number]>;

/**
 * What the entries of the log bind of the findings: every column of them, of their episodes and of the events of their
 * life. Entries from before sightings left no trace state neither subject nor summary: those changed without an entry.
 */
export const findingBindings: readonly Binding[] = [
  binding({
    table: "finding",
    types: TYPES,
    always: true,
    retention: { kind: "findings" },
    key: ["id"],
    columns: {
      fingerprint: "fingerprint",
      kind: "kind",
      vantage: ["vantage_id", "vantage_point.name"],
      subject: "subject",
      summary: "summary",
      status: "status",
      gapFrom: "gap_from",
      gapTo: "gap_to",
    },
    states: (entry) => {
      const { finding, fingerprint, kind, vantage } = entry.data;
      return [{ row: `finding ${finding}`, fields: { fingerprint, kind, vantage, ...saidBy(entry) } }];
    },
    async *rows(db) {
      for await (const { id, ...row } of each((after) => findingsAfter(db, after, ROWS_A_PAGE))) {
        const { fingerprint, kind, vantage, subject, summary, status } = row;
        yield {
          row: `finding ${id}`,
          fields: {
            ...{ fingerprint, kind, vantage, subject, summary, status },
            gapFrom: timeOf(row.gap_from),
            gapTo: timeOf(row.gap_to),
          },
        };
      }
    },
  }),
  binding({
    table: "finding_episode",
    types: TYPES,
    always: true,
    retention: { kind: "findings" },
    key: ["finding_id", "opened_at", "finding.opened_at"],
    columns: { number: "number", ...EPISODE_COLUMNS },
    states: (entry) => {
      const fields = episodeBy(entry);
      return [
        { row: episodeOf(entry.data.finding, beginningOf(entry)), fields: { ...fields, number: numberBy(entry) } },
      ];
    },
    /** The latest episode of each finding is in the row of the finding. */
    async *rows(db) {
      for await (const { id, episodes, ...row } of each((after) => findingsAfter(db, after, ROWS_A_PAGE))) {
        const all = [...(episodes ?? []), { ...row, number: (episodes?.length ?? 0) + 1 }];
        for (const { number, ...episode } of all) {
          const fields = episodeFields(episode);
          yield { row: episodeOf(id, fields.openedAt), fields: { ...fields, number } };
        }
      }
    },
  }),
  binding({
    table: "finding_event",
    types: TYPES,
    always: true,
    retention: { kind: "findings" },
    key: ["finding_id", "status", "at"],
    columns: { note: "note", sweep: "sweep_id" },
    needsNone: { id: "it only orders the rows of one instant" },
    states: (entry): Row[] => {
      const { finding, sweep = null } = entry.data;
      switch (entry.type) {
        case "finding-opened":
          return [event(finding, "new", entry.data.openedAt, { note: entry.data.summary, sweep })];
        case "finding-regressed":
          return [event(finding, "regressed", entry.data.seenAt, { note: entry.data.summary, sweep })];
        case "finding-resolved":
          return [event(finding, "resolved", entry.data.resolvedAt, { note: entry.data.resolution, sweep })];
        case "finding-out-of-scope": {
          const note = `out of scope since version ${entry.data.scopeVersion}`;
          return [event(finding, "out-of-scope", entry.data.outOfScopeAt, { note, sweep })];
        }
        case "finding-changed":
          return [];
      }
    },
    async *rows(db) {
      for await (const { finding_id, status, at, note, sweep_id: sweep } of each((after) => eventsAfter(db, after))) {
        yield event(finding_id, status, formatInstant(at.getTime()), { note, sweep });
      }
    },
  }),
];

/** Status, subject, summary and gap, as far as the entry states them. */
function saidBy(entry: FindingEntry): { readonly [field: string]: JsonValue | undefined } {
  const { from = null, to = null } = entry.data.during ?? {};
  const gap = { gapFrom: from, gapTo: to };
  switch (entry.type) {
    case "finding-resolved":
    case "finding-out-of-scope": {
      const status = entry.type === "finding-resolved" ? "resolved" : "out-of-scope";
      const { episode, subject } = entry.data;
      return episode === undefined ? { status } : { status, ...(subject === undefined ? {} : { subject }), ...gap };
    }
    case "finding-changed":
      return { subject: entry.data.subject, summary: entry.data.summary, ...gap };
    case "finding-opened":
    case "finding-regressed": {
      const status = entry.type === "finding-opened" ? "new" : "regressed";
      const { subject, summary, lastSeenAt } = entry.data;
      return lastSeenAt === undefined ? { status } : { status, subject, summary, ...gap };
    }
  }
}

/** The times of the latest episode, and how it ended. */
function episodeBy(entry: FindingEntry) {
  const open = { resolvedAt: null, resolution: null, outOfScopeAt: null, outOfScopeVersion: null };
  const openedAt = beginningOf(entry);
  switch (entry.type) {
    case "finding-resolved": {
      const { lastSeenAt, resolvedAt, resolution } = entry.data;
      return { ...open, openedAt, lastSeenAt, resolvedAt, resolution };
    }
    case "finding-out-of-scope": {
      const { lastSeenAt, outOfScopeAt, scopeVersion: outOfScopeVersion } = entry.data;
      return { ...open, openedAt, lastSeenAt, outOfScopeAt, outOfScopeVersion };
    }
    case "finding-opened":
    case "finding-regressed":
    case "finding-changed":
      return { ...open, openedAt, lastSeenAt: entry.data.lastSeenAt };
  }
}

function beginningOf(entry: FindingEntry): string {
  switch (entry.type) {
    case "finding-opened":
      return entry.data.openedAt;
    case "finding-regressed":
      return entry.data.seenAt;
    case "finding-changed":
    case "finding-resolved":
    case "finding-out-of-scope":
      return entry.data.episodeOpenedAt ?? entry.data.openedAt;
  }
}

function numberBy(entry: FindingEntry): number | undefined {
  if (entry.type === "finding-opened") return 1;
  return entry.type === "finding-changed" ? undefined : entry.data.episode;
}

/** The columns of an episode: dates, or their texts in JSON. */
function episodeFields(row: {
  readonly opened_at: Date | string;
  readonly last_seen_at: Date | string | null;
  readonly resolved_at: Date | string | null;
  readonly resolution: string | null;
  readonly out_of_scope_at: Date | string | null;
  readonly out_of_scope_version: number | null;
}) {
  return {
    openedAt: timeOf(row.opened_at) ?? "",
    lastSeenAt: timeOf(row.last_seen_at),
    resolvedAt: timeOf(row.resolved_at),
    resolution: row.resolution,
    outOfScopeAt: timeOf(row.out_of_scope_at),
    outOfScopeVersion: row.out_of_scope_version,
  };
}

function timeOf(at: Date | string | null): string | null {
  return at === null ? null : formatInstant((typeof at === "string" ? dateOf(at) : at).getTime());
}

function episodeOf(finding: number, openedAt: string): string {
  return `the episode of finding ${finding} since ${openedAt}`;
}

function event(
  finding: number,
  status: string,
  at: string,
  fields: { readonly note: string; readonly sweep: number | null },
): Row {
  return { row: `finding ${finding} becoming ${status} at ${at}`, fields };
}

function eventsAfter(db: Db, after: number) {
  return db
    .selectFrom("finding_event")
    .select(["id", "finding_id", "status", "at", "note", "sweep_id"])
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
