import { sql } from "kysely";
import { type EntryData, formatInstant } from "../../../model/index.ts";
import { binding, type Binding, type Claim } from "../../evidence/index.ts";
import { coverageOf, intervalOf, intervalSpan, lookOf, setOf } from "../row-names.ts";
import { milliseconds } from "./columns.ts";
import { eachCoverageSet } from "./recomputed-sets.ts";
import { addressBinding } from "./address-changes.ts";
import { eachInterval } from "./each-interval.ts";
import { settledLooks, type SettledLook } from "./seal-looks.ts";
import { serviceBinding } from "./service-bindings.ts";
import { voidBinding } from "./void-bindings.ts";

const ROWS_A_PAGE = 5_000;

/** What the entries of the log bind in the history: when which endpoints were covered, in which states; gaps. */
export const historyBindings: readonly Binding[] = [
  addressBinding,
  serviceBinding,
  voidBinding,
  binding({
    table: "coverage",
    types: ["sweep-finished"],
    always: true,
    retention: { kind: "sweeps" },
    key: ["sweep_id", "covered_from", "covered_to"],
    columns: {
      run: "run",
      vantage: ["vantage_id", "vantage_point.name"],
      states: ["set_id", "coverage_set.root"],
      coverageDigest: ["set_id", "coverage_set.digest"],
      endpoints: ["set_id", "coverage_set.endpoints"],
      trusted: "trusted",
    },
    states: ({ data }) =>
      data.runs.map(({ run, probedFrom, probedTo, states, coverageDigest, endpoints }) => ({
        row: coverageOf(data.sweep, probedFrom, probedTo),
        fields: {
          run,
          vantage: data.vantage,
          states,
          coverageDigest,
          endpoints,
          trusted: data.verdict !== "untrusted",
        },
      })),
    async *rows(db) {
      for (let [sweep, run] = [0, 0]; ;) {
        const { rows } = await sql<{
          sweep_id: number;
          run: number;
          vantage: string;
          covered_from: number;
          covered_to: number;
          trusted: boolean;
          root: Uint8Array;
          digest: string | null;
          endpoints: number;
        }>`
          SELECT sweep_id, run, v.name AS vantage, ${milliseconds(sql`covered_from`)} AS covered_from,
            ${milliseconds(sql`covered_to`)} AS covered_to, trusted, root, digest, endpoints
          FROM coverage JOIN coverage_set ON coverage_set.id = coverage.set_id
            JOIN vantage_point AS v ON v.id = coverage.vantage_id
          WHERE (sweep_id, run) > (${sweep}::bigint, ${run}::integer)
          ORDER BY sweep_id, run LIMIT ${sql.lit(ROWS_A_PAGE)}`.execute(db);
        for (const { sweep_id, covered_from, covered_to, root, digest, ...row } of rows) {
          yield {
            row: coverageOf(sweep_id, formatInstant(covered_from), formatInstant(covered_to)),
            fields: { ...row, states: hex(root), coverageDigest: digest },
          };
        }
        const last = rows.at(-1);
        if (last === undefined) return;
        [sweep, run] = [last.sweep_id, last.run];
      }
    },
  }),
  binding({
    table: "coverage_set",
    types: ["sweep-finished"],
    always: true,
    retention: { kind: "sweeps" },
    key: ["root", "digest"],
    columns: {
      states: [
        "root",
        "hosts",
        ...["id", "first_address", "last_address", "states", "salt", "leaf_hash"].map(
          (column) => `host_state.${column}`,
        ),
      ],
      coverageDigest: "digest",
      extent: "extent",
      endpoints: "endpoints",
    },
    needsNone: {
      id: "it only joins coverage with its set, whose root is bound on both sides",
    },
    states: ({ data }) =>
      data.runs.map(({ states, extent, coverageDigest, endpoints }) => ({
        row: setOf(coverageDigest ?? states ?? ""),
        fields: { states, extent, coverageDigest, endpoints },
      })),
    /** Roots are those that the states of the hosts give, and so are the digests that older entries state. */
    async *rows(db) {
      for await (const { root, extent, endpoints, digest } of eachCoverageSet(db)) {
        const states = hex(root);
        yield { row: setOf(digest ?? states), fields: { states, extent, coverageDigest: digest, endpoints } };
      }
    },
  }),
  binding({
    table: "endpoint_interval",
    types: ["states-changed", "states-set-back"],
    retention: { kind: "intervals", span: intervalSpan },
    key: [
      ...["endpoint_id", "vantage_id", "during", "vantage_point.id"],
      ...["id", "address", "transport", "port"].map((column) => `endpoint.${column}`),
    ],
    columns: { state: "state", until: "during", firstSweep: "first_sweep", lastSweep: "last_sweep" },
    states: (entry) => (entry.type === "states-changed" ? statesChanged(entry.data) : statesSetBack(entry.data)),
    async *rows(db) {
      for await (const { endpoint, vantage, since, until, state, firstSweep, lastSweep } of eachInterval(db)) {
        yield {
          row: intervalOf(endpoint, vantage, formatInstant(since)),
          fields: { state, until: until === null ? null : formatInstant(until), firstSweep, lastSweep },
        };
      }
    },
  }),
  binding({
    table: "look",
    types: ["looks-recorded"],
    always: true,
    retention: { kind: "sweeps" },
    key: ["vantage_id", "vantage_point.name", "covered_from", "set_id", "coverage_set.root"],
    columns: { took: "covered_to", turn: "turn" },
    needsNone: { id: "it says which looks an entry states, and they are bound one by one" },
    states: ({ data: { vantage, looks } }) =>
      looks.flatMap(({ states, times }) =>
        times.map(([from, took, turn]) => lookClaim({ vantage, states, from, took, turn })),
      ),
    /** Without those that wait for their entry. */
    async *rows(db) {
      for await (const look of settledLooks(db)) yield lookClaim(look);
    },
  }),
  binding({
    table: "gap",
    types: ["gap-recorded"],
    always: true,
    key: ["cause", "gap_from", "gap_to"],
    columns: { detail: "detail", recordedAt: "recorded_at" },
    needsNone: { id: "it only orders gaps that begin at one instant" },
    states: ({ at, data: { cause, from, to, detail } }) => [
      { row: gapOf(cause, from, to), fields: { detail, recordedAt: at } },
    ],
    /** Those of the installation; a sensor's are bound with its sensor. */
    async *rows(db) {
      const rows = await db
        .selectFrom("gap")
        .select(["cause", "gap_from", "gap_to", "detail", "recorded_at"])
        .where("source_id", "is", null)
        .orderBy("id")
        .execute();
      for (const { cause, gap_from: from, gap_to: to, detail, recorded_at: at } of rows) {
        yield {
          row: gapOf(cause, formatInstant(from.getTime()), formatInstant(to.getTime())),
          fields: { detail, recordedAt: formatInstant(at.getTime()) },
        };
      }
    },
  }),
  binding({
    table: "clock_step",
    types: ["gap-recorded"],
    always: true,
    key: ["entry_index"],
    columns: {
      from: "at",
      to: "ahead_until",
      scopeVersion: "scope_version",
      baselineVersion: "baseline_version",
      lastLook: "last_look",
      lastSweep: "last_sweep",
    },
    needsNone: { id: "it only orders steps, as their entries do" },
    states: ({ index, data: { from, to, voidRuns, scopeVersion, baselineVersion, lastLook, lastSweep = 0 } }) => {
      const fields = { from, to, scopeVersion, baselineVersion, lastLook, lastSweep };
      return voidRuns === undefined ? [] : [{ row: `the step of the clock in entry ${index}`, fields }];
    },
    async *rows(db) {
      const rows = await db.selectFrom("clock_step").selectAll().orderBy("id").execute();
      for (const { at, ahead_until: until, entry_index: index, ...versions } of rows) {
        const fields = {
          from: formatInstant(at.getTime()),
          to: formatInstant(until.getTime()),
          scopeVersion: versions.scope_version,
          baselineVersion: versions.baseline_version,
          lastLook: versions.last_look,
          lastSweep: versions.last_sweep,
        };
        yield { row: `the step of the clock in entry ${index}`, fields };
      }
    },
  }),
];

/** Everything is in the name: a look that says something else is another one. */
function lookClaim({ vantage, states, from, took, turn }: SettledLook) {
  return { row: lookOf(vantage, from, states), fields: { took, turn: turn ?? null } };
}

function statesChanged({ sweep, vantage, changes }: EntryData["states-changed"]): Claim[] {
  return changes.flatMap(([endpoint, state, at, ended, seenBy = sweep]) => [
    ...(ended === null
      ? []
      : [{ row: intervalOf(endpoint, vantage, ended), fields: { until: at, lastSweep: seenBy } }]),
    { row: intervalOf(endpoint, vantage, at), fields: { state, until: null, firstSweep: seenBy, lastSweep: null } },
  ]);
}

function statesSetBack({ vantage, removed, reopened }: EntryData["states-set-back"]): Claim[] {
  return [
    ...removed.map(([endpoint, since]) => ({ row: intervalOf(endpoint, vantage, since), fields: "gone" as const })),
    ...reopened.map(([endpoint, since]) => ({
      row: intervalOf(endpoint, vantage, since),
      fields: { until: null, lastSweep: null },
    })),
  ];
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

function gapOf(cause: string, from: string, to: string): string {
  return `the gap ${cause} from ${from} to ${to}`;
}
