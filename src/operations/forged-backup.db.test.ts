// @module-tag long
import { createHash, generateKeyPairSync } from "node:crypto";
import { Readable } from "node:stream";
import { gunzipSync, gzipSync } from "node:zlib";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freshPlace, type Place } from "../../test/databases.ts";
import { mutationsOf } from "../../test/mutate.ts";
import { resignedRecord } from "../../test/resigned-record.ts";
import type { Store } from "../platform/storage/index.ts";
import { writeBackup } from "../record/backup/index.ts";
import { bindAnswers } from "../record/change/index.ts";
import { signingKey } from "../record/evidence/index.ts";
import { restoreRecord } from "./backup.ts";
import { BINDINGS } from "./bindings.ts";

const NOW = Date.parse("2026-03-14T12:00:00Z");
const UNDO = new Error("rolled back");
/** Tables of which the record of schema 8 has no row. */
const EMPTY = [
  "boundary_source",
  ...["baseline_proposal", "clock_step", "coverage_void", "checkpoint_timestamp", "identity_passkey"],
  ...["identity_second_factor", "look", "coverage_cut", "boundary_retirement", "gap_explanation", "gap_sign_off"],
  ...["retention_policy", "legal_hold", "pruning"],
];
/** The column that is changed where the first one would violate a constraint, which refuses the row by itself. */
const COLUMN: Readonly<Record<string, string>> = {
  sweep: "requested_by",
  coverage_set: "extent",
  endpoint_interval: "during",
  identity_user: "email",
  api_key: "name",
  one_time_link: "expires_at",
  worker: "machine",
  source: "watched_from",
};
const TABLES = [...new Set(BINDINGS.map(({ table }) => table))].filter((table) => !EMPTY.includes(table));

describe("a backup in which one value was changed, and its digest computed again", () => {
  let place: Place;
  let store: Store;
  let lines: string[];
  beforeAll(async () => {
    place = await freshPlace("postgresql", "empty");
    const key = signingKey(generateKeyPairSync("ed25519").privateKey)!;
    store = await resignedRecord(place, key);
    await bindAnswers({ store, key }, NOW, BINDINGS);
    const chunks: Uint8Array[] = [];
    await writeBackup({ store, clock: { now: () => NOW }, program: "1.2.3" }, async (chunk) => void chunks.push(chunk));
    lines = gunzipSync(Buffer.concat(chunks)).toString().trimEnd().split("\n");
  }, 120_000);
  afterAll(async () => {
    await store.close();
    await place.remove();
  });

  /** A row of the table as the backup holds it, before and after a change of a bound column of it. */
  async function forgery(table: string): Promise<{ from: string; to: string }> {
    const of = BINDINGS.find((each) => each.table === table);
    const names = [...Object.values(of?.columns ?? {}).flat(), ...(of?.key ?? [])];
    const column = COLUMN[table] ?? names.find((name) => !name.includes(".")) ?? "";
    let found = { from: "", to: "" };
    await store
      .transaction(async (tx) => {
        const [mutation] = await mutationsOf(tx, table, column);
        if (mutation === undefined) throw new Error(`no row of ${table}`);
        const header = JSON.parse(lines.find((line) => line.startsWith(`{"table":"${table}"`)) ?? "{}") as {
          columns: string[];
        };
        const texts = sql.join(header.columns.map((name) => sql`to_jsonb(${sql.ref(name)}::text)`));
        const all = async () =>
          (
            await sql<{
              row: string;
            }>`SELECT jsonb_build_array(${texts})::text AS row FROM ${sql.table(table)}`.execute(tx)
          ).rows;
        const before = new Set((await all()).map(({ row }) => row));
        await mutation.run(tx);
        const after = (await all()).map(({ row }) => row);
        found = {
          from: [...before].find((row) => !after.includes(row)) ?? "",
          to: after.find((row) => !before.has(row)) ?? "",
        };
        throw UNDO;
      })
      .catch((error: unknown) => {
        if (error !== UNDO) throw error;
      });
    return found;
  }

  it.each(TABLES)("is refused, and names the row of %s", { timeout: 60_000 }, async (table) => {
    const { from, to } = await forgery(table);
    const begin = lines.findIndex((line) => line.startsWith(`{"table":"${table}"`));
    const at = lines.indexOf(from, begin);
    expect(at).toBeGreaterThan(begin);
    const body = `${lines.with(at, to).slice(0, -1).join("\n")}\n`;
    const sha256 = createHash("sha256").update(body).digest("hex");
    const sealed = gzipSync(`${body}${JSON.stringify({ complete: true, sha256 })}\n`, { level: 1 });
    const target = await freshPlace("postgresql", "empty");
    const refusal: unknown = await restoreRecord(target, () => Readable.from([sealed])).catch(
      (error: unknown) => error,
    );
    await target.remove();
    expect(refusal).toMatchObject({ code: "evidence-broken" });
    expect((refusal as Error).message).toContain(`${table}: `);
  });
});
