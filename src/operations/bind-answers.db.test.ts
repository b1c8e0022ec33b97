// @module-tag long
import { generateKeyPairSync } from "node:crypto";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freshPlace, STORE_KINDS, type Place } from "../../test/databases.ts";
import { resignedRecord } from "../../test/resigned-record.ts";
import { BINDINGS } from "./bindings.ts";
import { createContinuity } from "./continuity.ts";
import { endpointHistory } from "./endpoint-history.ts";
import { createExposure } from "./exposure.ts";
import { exportFindings } from "./exports.ts";
import { boundPart } from "./bound-since.ts";
import type { Store, Tx } from "../platform/storage/index.ts";
import { binding, boundLog, compareTables, readEntries, signingKey, verifyLog } from "../record/evidence/index.ts";
import { bindAnswers } from "../record/change/index.ts";

const NOW = Date.UTC(2026, 10, 26, 23, 40);

/** A table whose rows no entry states, as a later version might bind it: here with one column, there with two. */
const sessions = (second = false) =>
  binding({
    table: "identity_session",
    types: [],
    key: ["id"],
    columns: { user: "user_id", ...(second ? { agent: "user_agent" } : {}) },
    states: () => [],
    async *rows(db) {
      for (const { id, user_id: user, user_agent: agent } of await db
        .selectFrom("identity_session")
        .selectAll()
        .execute())
        yield { row: `session ${id}`, fields: { user, ...(second ? { agent: agent ?? "none" } : {}) } };
    },
  });

describe.each(STORE_KINDS)("a record from before its answers were bound (%s)", (kind) => {
  const key = signingKey(generateKeyPairSync("ed25519").privateKey)!;
  const bindings = [...BINDINGS, sessions()];
  let place: Place;
  let store: Store;
  let size: number;
  beforeAll(async () => {
    place = await freshPlace(kind, "empty");
    store = await resignedRecord(place, key);
    size = (await verifyLog(store.db)).entries;
  }, 120_000);
  afterAll(async () => {
    await store.close();
    await place.remove();
  });

  const forge = (statement: string) =>
    store.transaction(async (tx: Tx) => {
      await sql`SET LOCAL session_replication_role = replica`.execute(tx);
      await sql.raw(statement).execute(tx);
    });

  /** The entries after those of the earlier version. */
  async function added() {
    const entries = [];
    for await (const { type, body } of readEntries(store.db, { first: size })) {
      entries.push({ type, data: (JSON.parse(body) as { data: Record<string, unknown> }).data });
    }
    return entries;
  }

  it("is left alone by a key that does not sign it, and says that it is not bound", async () => {
    const stranger = signingKey(generateKeyPairSync("ed25519").privateKey)!;
    await bindAnswers({ store, key: stranger }, NOW, bindings);
    expect(await added()).toEqual([]);
    expect(await boundLog(store.db)).toEqual({ fields: new Set(), since: undefined });
  });

  it("is bound as a whole or not at all, whatever interrupts it", async () => {
    const failing = {
      ...sessions(),
      rows: (): never => {
        throw new Error("killed");
      },
    };
    await expect(bindAnswers({ store, key }, NOW, [...BINDINGS, failing])).rejects.toThrow();
    expect(await added()).toEqual([]);
  });

  it("is bound once: its rows are adopted, those that contradict the log are not", { timeout: 60_000 }, async () => {
    await forge(
      `UPDATE sweep SET verdict = 'complete' WHERE id = (SELECT min(id) FROM sweep WHERE verdict = 'partial')`,
    );
    const named = await compareTables(store.db, bindings);
    expect(named.contradictions).toMatchObject([
      { table: "sweep", column: "verdict", says: `"complete"`, signed: `"partial"` },
    ]);

    await bindAnswers({ store, key }, NOW, bindings);
    await bindAnswers({ store, key }, NOW + 1, bindings);
    const entries = await added();
    expect(entries.filter(({ data }) => data["table"] === "identity_session")).toMatchObject([
      { type: "rows-adopted", data: { rows: [{}, {}, {}] } },
    ]);
    expect(entries.at(-1)).toMatchObject({
      type: "answers-bound",
      data: { adopted: { identity_session: 3 }, binds: { identity_session: ["user"] } },
    });
    expect(entries.filter(({ type }) => type === "answers-bound")).toHaveLength(1);
    expect((await boundLog(store.db)).since).toBe(NOW);
    expect((await verifyLog(store.db)).ok).toBe(true);
    const { contradictions } = await compareTables(store.db, bindings);
    expect(contradictions).toContainEqual(named.contradictions[0]);
    expect(contradictions.filter(({ table }) => table !== "sweep")).toEqual([]);
    await forge(
      `UPDATE sweep SET verdict = 'partial' WHERE id = (SELECT min(id) FROM sweep WHERE verdict = 'complete')`,
    );
  });

  it("then has no row that no entry knows, and no other value", async () => {
    await forge(`UPDATE identity_session SET user_id = 'eve' WHERE id = (SELECT min(id) FROM identity_session)`);
    await forge(`INSERT INTO identity_session (id, user_id, token, expires_at) VALUES ('forged', 'eve', 'x', now())`);
    const { contradictions } = await compareTables(store.db, [sessions()]);
    expect(
      contradictions.map(({ row, column, says, entry }) => [row === "session forged", column, says, entry]),
    ).toEqual(
      expect.arrayContaining([
        [false, "user_id", `"eve"`, expect.any(Number)],
        [true, undefined, undefined, undefined],
      ]),
    );
  });

  it("labels answers about instants before, and no others", async () => {
    expect(await boundPart(store.db, NOW - 1)).toEqual({ boundSince: "2026-11-26T23:40:00.000Z" });
    expect(await boundPart(store.db, NOW)).toEqual({});
    const deps = { store, clock: { now: () => NOW + 1 } };
    const label = { boundSince: "2026-11-26T23:40:00.000Z" };
    const [before, port] = [NOW - 60_000, 22];
    expect(await createExposure(deps).get({ at: before })).toMatchObject(label);
    expect(await createExposure(deps).get({ at: NOW })).not.toHaveProperty("boundSince");
    expect(await endpointHistory(store.db, deps.clock, { host: "127.0.0.1", transport: "tcp", port })).toMatchObject(
      label,
    );
    const days = { from: before, to: NOW, timeZone: "UTC" };
    expect(await createContinuity(deps).show(days)).toMatchObject(label);
    const { content, findings } = await exportFindings({ ...deps, version: "test" }, { format: "html" });
    expect(findings).toBeGreaterThan(0);
    const chunks: Uint8Array[] = [];
    for await (const chunk of content) chunks.push(chunk);
    const sheet = Buffer.concat(chunks).toString();
    expect(sheet).toContain("Before 2026-11-26T23:40:00Z the log did not bind findings");
  });

  it("is bound again by a version that binds more, in what is new", async () => {
    await forge(`DELETE FROM identity_session WHERE user_id = 'eve'`);
    await bindAnswers({ store, key }, NOW + 5, [...BINDINGS, sessions(true)]);
    const again = (await added()).filter(({ data }) => data["table"] === "identity_session").at(-1);
    expect(again?.data["rows"]).toHaveLength(2);
    expect(again).toMatchObject({ data: { rows: [{ fields: { agent: expect.any(String) as string } }, {}] } });
    expect((await boundLog(store.db)).since).toBe(NOW + 5);
  });

  it("is not bound while its log does not verify", async () => {
    const before = await added();
    await forge(`UPDATE evidence_entry SET body = replace(body, 'sweep', 'swoop') WHERE index = 5`);
    await bindAnswers({ store, key }, NOW, [...BINDINGS, sessions(true), { ...sessions(), table: "identity_account" }]);
    expect(await added()).toEqual(before);
  });
});
