import { sql } from "kysely";
import { formatInstant } from "../../../model/index.ts";
import { binding, type Binding } from "../../evidence/index.ts";
import { milliseconds } from "./columns.ts";
import { eachCoverageSet } from "./coverage-store.ts";
import { settledLooks, type SettledLook } from "./seal-looks.ts";

const ROWS_A_PAGE = 5_000;

/** What the entries of the log bind in the history: when which endpoints were covered, in which states; gaps. */
export const historyBindings: readonly Binding[] = [
  binding({
    table: "coverage",
    types: ["sweep-finished"],
    states: ({ data }) =>
      data.runs.map(({ probedFrom, probedTo, coverageDigest, endpoints }) => ({
        row: coverageOf(data.sweep, probedFrom, probedTo),
        fields: { coverageDigest, endpoints, trusted: data.verdict !== "untrusted" },
      })),
    async *rows(db) {
      for (let [sweep, run] = [0, 0]; ;) {
        const { rows } = await sql<{
          sweep_id: number;
          run: number;
          covered_from: number;
          covered_to: number;
          trusted: boolean;
          digest: string;
          endpoints: number;
        }>`
          SELECT sweep_id, run, ${milliseconds(sql`covered_from`)} AS covered_from,
            ${milliseconds(sql`covered_to`)} AS covered_to, trusted, digest, endpoints
          FROM coverage JOIN coverage_set ON coverage_set.id = coverage.set_id
          WHERE (sweep_id, run) > (${sweep}::bigint, ${run}::integer)
          ORDER BY sweep_id, run LIMIT ${sql.lit(ROWS_A_PAGE)}`.execute(db);
        for (const { sweep_id, covered_from, covered_to, trusted, digest, endpoints } of rows) {
          yield {
            row: coverageOf(sweep_id, formatInstant(covered_from), formatInstant(covered_to)),
            fields: { coverageDigest: digest, endpoints, trusted },
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
    states: ({ data }) =>
      data.runs.map(({ coverageDigest, endpoints }) => ({
        row: `the coverage with the digest ${coverageDigest}`,
        fields: { digest: coverageDigest, endpoints },
      })),
    /** The digest is the one that its ranges give: states of endpoints included. */
    async *rows(db) {
      for await (const { digest, recomputed, endpoints } of eachCoverageSet(db)) {
        yield { row: `the coverage with the digest ${digest}`, fields: { digest: recomputed, endpoints } };
      }
    },
  }),
  binding({
    table: "look",
    types: ["looks-recorded"],
    states: ({ data: { vantage, looks } }) =>
      looks.flatMap(({ states, times }) =>
        times.map(([from, milliseconds, turn]) => lookClaim({ vantage, states, from, milliseconds, turn })),
      ),
    /** Without those that wait for their entry. */
    async *rows(db) {
      for await (const look of settledLooks(db)) yield lookClaim(look);
    },
  }),
  binding({
    table: "gap",
    types: ["gap-recorded"],
    states: ({ data: { cause, from, to, detail } }) => [{ row: gapOf(cause, from, to), fields: { detail } }],
    /** Those of the installation; a sensor's are bound with its sensor. */
    async *rows(db) {
      const rows = await db
        .selectFrom("gap")
        .select(["cause", "gap_from", "gap_to", "detail"])
        .where("source_id", "is", null)
        .orderBy("id")
        .execute();
      for (const { cause, gap_from: from, gap_to: to, detail } of rows) {
        yield { row: gapOf(cause, formatInstant(from.getTime()), formatInstant(to.getTime())), fields: { detail } };
      }
    },
  }),
  binding({
    table: "clock_step",
    types: ["gap-recorded"],
    states: ({ index, data: { from, to, voidRuns, lastLook } }) =>
      voidRuns === undefined
        ? []
        : [{ row: `the step of the clock in entry ${index}`, fields: { from, to, lastLook } }],
    async *rows(db) {
      const rows = await db
        .selectFrom("clock_step")
        .select(["at", "ahead_until", "entry_index", "last_look"])
        .orderBy("id")
        .execute();
      for (const { at, ahead_until: until, entry_index: index, last_look: lastLook } of rows) {
        const fields = { from: formatInstant(at.getTime()), to: formatInstant(until.getTime()), lastLook };
        yield { row: `the step of the clock in entry ${index}`, fields };
      }
    },
  }),
];

function coverageOf(sweep: number, from: string, to: string): string {
  return `the coverage of sweep ${sweep} from ${from} to ${to}`;
}

/** Everything is in the name: a look that says something else is another one. */
function lookClaim({ vantage, states, from, milliseconds, turn }: SettledLook) {
  return { row: `the look from ${vantage} at ${from} at ${states}`, fields: { milliseconds, turn: turn ?? null } };
}

function gapOf(cause: string, from: string, to: string): string {
  return `the gap ${cause} from ${from} to ${to}`;
}
