// @module-tag long
import { createHash, generateKeyPairSync } from "node:crypto";
import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, expect, it } from "vitest";
import { freshPlace, type Place } from "../../test/databases.ts";
import type { Store } from "../platform/storage/index.ts";
import { writeBackup } from "../record/backup/index.ts";
import { beginLog } from "../record/change/index.ts";
import { readEntries, signingKey } from "../record/evidence/index.ts";
import { restoreRecord } from "./backup.ts";
import { chooseDatabase, databaseOfHome, openRecordOf } from "./record-of-home.ts";

const key = signingKey(generateKeyPairSync("ed25519").privateKey)!;
const clock = { now: () => Date.parse("2026-03-14T12:00:00Z") };
const places: Place[] = [];
afterEach(async () => {
  for (const place of places.splice(0)) await place.remove();
});

async function placed(kind: "embedded" | "postgresql"): Promise<Place> {
  const place = await freshPlace(kind);
  places.push(place);
  return place;
}

async function backupOf(store: Store): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  await writeBackup({ store, clock, program: "1.2.3" }, async (chunk) => void chunks.push(chunk));
  return Buffer.concat(chunks);
}

it("a home of an earlier version remembers the first database that it is opened with", async () => {
  for (const kind of ["embedded", "postgresql"] as const) {
    const place = await placed(kind);
    await (await openRecordOf(place)).close();
    expect(databaseOfHome(place.home)).toMatchObject({ store: kind, generation: 1 });
    expect(statSync(join(place.home, "record.json")).mode & 0o777).toBe(0o600);
    expect(readdirSync(place.home).filter((name) => name.startsWith("record.json"))).toEqual(["record.json"]);
    await (await openRecordOf(place)).close();
  }
});

it("a home whose record moved to PostgreSQL refuses its embedded one, and knows that it is superseded", async () => {
  const { home } = await placed("embedded");
  const { databaseUrl = "" } = await placed("postgresql");
  const original = await openRecordOf({ home });
  await original.transaction((tx) => beginLog(tx, { key, at: clock.now() }));
  const backup = await backupOf(original);
  await original.close();

  await expect(openRecordOf({ home, databaseUrl })).rejects.toMatchObject({ code: "conflict" });
  await restoreRecord({ home, databaseUrl }, () => Readable.from([backup]), { clock });

  await expect(openRecordOf({ home })).rejects.toMatchObject({ code: "conflict" });
  const password = new URL(databaseUrl).password;
  if (password !== "") expect(readFileSync(join(home, "record.json"), "utf8")).not.toContain(password);
  expect(databaseOfHome(home)).toMatchObject({
    store: "postgresql",
    generation: 2,
    superseded: [{ store: "embedded", at: "2026-03-14T12:00:00.000Z" }],
  });
  expect(() => chooseDatabase({ home })).toThrow("was restored into another database");

  chooseDatabase({ home }, { superseded: true });
  await (await openRecordOf({ home })).close();
  chooseDatabase({ home, databaseUrl });
  const restored = await openRecordOf({ home, databaseUrl });
  const types: string[] = [];
  for await (const { type } of readEntries(restored.db)) types.push(type);
  expect(types).toEqual(["log-created", "record-restored"]);
  await restored.close();
});

it("a home refuses a PostgreSQL database with another record, until that one is chosen", async () => {
  const own = await placed("postgresql");
  const other = await placed("postgresql");
  await (await openRecordOf(own)).close();
  // Databases of the tests are copies of one: a real one gets a name of its own.
  const store = await openRecordOf(other);
  await store.db
    .updateTable("record_lineage")
    .set({ record: createHash("sha1").digest("hex") })
    .execute();
  await store.close();
  rmSync(join(other.home, "record.json"));

  const mixed = { home: own.home, databaseUrl: other.databaseUrl };
  await expect(openRecordOf(mixed)).rejects.toMatchObject({ code: "conflict" });
  chooseDatabase(mixed);
  await (await openRecordOf(mixed)).close();
  await expect(openRecordOf(own)).rejects.toMatchObject({ code: "conflict" });
});
