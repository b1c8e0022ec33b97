import { createHash, generateKeyPairSync } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, rm, rmdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eachDatabase, freshPlace, type Place } from "../../../test/databases.ts";
import { appendEntries, beginLog, signCheckpoint } from "../change/io/log-store.ts";
import { compareTables, signingKey, verifyLog } from "../evidence/index.ts";
import { openStore, type Store } from "../../platform/storage/index.ts";
import { readBackup, restoreBackup, spooled, writeBackup, type RestoreOptions } from "./index.ts";
import { recording } from "../../../test/recording.ts";

const NOON = Date.parse("2026-03-14T12:00:00Z");
const key = signingKey(generateKeyPairSync("ed25519").privateKey)!;
const nothing: RestoreOptions = { compare: (db) => compareTables(db, []) };
const clock = { now: () => NOON };

async function fill(store: Store): Promise<void> {
  await recording(store, async (tx) => {
    await beginLog(tx, { key, at: NOON });
    const data = { version: 1, digest: "d", recordedBy: 'Zoë "\\ \t\n ☃' };
    await appendEntries(tx, [{ type: "scope-recorded", at: NOON, data }]);
    await signCheckpoint(tx, key, NOON);
    await tx
      .insertInto("outbox")
      .values({ at: new Date(NOON), kind: "gap-recorded", subject: "{}", entry_index: 1, delivered_at: null })
      .execute();
    await tx
      .insertInto("scope_version")
      .values({
        version: 1,
        digest: "d",
        document: 'name: |\n  tab\t ☃ \\N \\x00 {"}\n',
        scope: JSON.stringify({ name: "ü" }) as never,
        recorded_at: new Date(NOON + 0.001),
        recorded_by: "",
      })
      .execute();
    const rows = Array.from({ length: 1_203 }, (_row, at) => ({
      address: `10.0.${at >> 8}.${at & 255}`,
      transport: "tcp" as const,
      port: 1 + at,
    }));
    await tx.insertInto("endpoint").values(rows).execute();
  });
}

async function backupOf(store: Store): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  await writeBackup({ store, clock, program: "1.2.3" }, async (chunk) => void chunks.push(chunk));
  return Buffer.concat(chunks);
}

async function* bytes(content: Uint8Array, piece = 4_096): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += piece) yield await Promise.resolve(content.subarray(at, at + piece));
}

const textOf = (backup: Uint8Array): string => gunzipSync(backup).toString();

/** Its tables without the lineage, which a restore moves on by a generation, and the digest over them. */
const rowsOf = (backup: Uint8Array): string =>
  textOf(backup)
    .replace(/(\{"table":"record_lineage".*\n)[^]*?\{"end".*\n/, "$1")
    .replace(/\{"complete".*\n/, "");
const read = (content: Uint8Array): Promise<unknown> => readBackup(bytes(content), {}).catch((error: unknown) => error);

eachDatabase("a backup", (open, kind) => {
  let store: Store;
  let backup: Buffer;
  beforeAll(async () => {
    store = await open();
    await fill(store);
    backup = await backupOf(store);
  }, 60_000);

  it("has every row unchanged: restored and backed up again, it is the same text", async () => {
    const target = await freshPlace(kind);
    const restored = await restoreBackup(target, () => bytes(backup), nothing);
    expect(restored).toMatchObject({ entries: 2, checkpoints: 1, header: { log: { size: 2 }, program: "1.2.3" } });
    const other = await openStore(target);
    expect(rowsOf(await backupOf(other))).toBe(rowsOf(backup));
    // Pending notifications are not part of the record: a restored record would send them a second time.
    expect(textOf(backup)).not.toContain("outbox");
    expect(await other.db.selectFrom("outbox").select("id").execute()).toEqual([]);
    await other.close();
    await target.remove();
  }, 60_000);

  it("is never restored over a record, whose rows stay unchanged", async () => {
    const target = await freshPlace(kind);
    const other = await openStore(target);
    await other.transaction((tx) => beginLog(tx, { key, at: NOON }));
    await other.close();
    await expect(restoreBackup(target, () => bytes(backup), nothing)).rejects.toMatchObject({ code: "conflict" });
    const same = await openStore(target);
    expect(await verifyLog(same.db)).toMatchObject({ ok: true, entries: 1 });
    await same.close();
    await target.remove();
  }, 60_000);

  it("whose log does not verify leaves nothing in the database", async () => {
    const target = await freshPlace(kind);
    // As an attacker with write access would do it: the digest of the backup fits.
    const forged = sealedAgain(textOf(backup).replace("Zoë", "Eve"));
    await expect(restoreBackup(target, () => bytes(forged), nothing)).rejects.toMatchObject({
      code: "evidence-broken",
    });
    const other = await openStore(target);
    expect(await other.db.selectFrom("endpoint").select("id").execute()).toEqual([]);
    expect(await other.db.selectFrom("evidence_entry").select("index").execute()).toEqual([]);
    await other.close();
    await target.remove();
  }, 60_000);
});

/** The same lines with a digest that fits them. */
function sealedAgain(text: string): Buffer {
  const lines = text.trimEnd().split("\n").slice(0, -1);
  const body = `${lines.join("\n")}\n`;
  const sha256 = createHash("sha256").update(body).digest("hex");
  return gzipSync(`${body}${JSON.stringify({ complete: true, sha256 })}\n`);
}

describe("a damaged file", () => {
  let place: Place;
  let backup: Buffer;
  beforeAll(async () => {
    place = await freshPlace("postgresql");
    const store = await openStore(place);
    await fill(store);
    backup = await backupOf(store);
    await store.close();
  }, 60_000);
  afterAll(() => place.remove());

  it("is refused wherever it is cut off", async () => {
    for (let length = 0; length < backup.length; length += 41) {
      expect(await read(backup.subarray(0, length)), `${length} bytes`).toMatchObject({ code: "conflict" });
    }
  });

  it("is refused whichever byte changed, unless the text is still the same", async () => {
    const text = textOf(backup);
    let refused = 0;
    for (let at = 0; at < backup.length; at += 29) {
      const flipped = Buffer.from(backup);
      flipped[at] = (flipped[at] ?? 0) ^ 0x10;
      const result = await read(flipped);
      if (result instanceof Error) {
        expect(result).toMatchObject({ code: "conflict" });
        refused += 1;
      } else expect(textOf(flipped)).toBe(text);
    }
    expect(refused).toBeGreaterThan(backup.length / 29 - 3);
  });

  it("is refused when lines are missing, repeated, or follow its end", async () => {
    const lines = textOf(backup).trimEnd().split("\n");
    const row = lines.findIndex((line) => line.startsWith("["));
    for (const changed of [
      lines.toSpliced(row, 1),
      lines.toSpliced(row, 0, lines[row] ?? ""),
      [...lines, "[]"],
      lines.slice(0, -1),
      ["{}", ...lines],
      [],
    ]) {
      expect(await read(gzipSync(changed.join("\n")))).toMatchObject({ code: "conflict" });
    }
    expect(await read(Buffer.from("version: 1\n"))).toMatchObject({ code: "conflict" });
  });

  it("and one of a database that this version does not know leaves no directory of a database behind", async () => {
    const home = await mkdtemp(join(tmpdir(), "portolan-restore-"));
    const foreign = sealedAgain(textOf(backup).replace(/"digest":"[0-9a-f]{64}"/, '"digest":"0"'));
    for (const content of [foreign, backup.subarray(0, 300)]) {
      await expect(restoreBackup({ home }, () => bytes(content), nothing)).rejects.toMatchObject({ code: "conflict" });
    }
    expect(existsSync(join(home, "data"))).toBe(false);
    await rm(home, { recursive: true });
  });
});

describe("a spool", () => {
  it("yields everything in order, and its writer does not wait for the reader", async () => {
    const directory = await mkdtemp(join(tmpdir(), "portolan-spool-"));
    const done = Promise.withResolvers<void>();
    const stream = spooled(directory, async (write) => {
      for (let at = 0; at < 100; at += 1) await write(Buffer.alloc(10_000, at));
      done.resolve();
    });
    const first = await stream.next();
    await done.promise;
    const rest: Uint8Array[] = [first.value as Uint8Array];
    for await (const piece of stream) rest.push(piece);
    const expected = Buffer.concat(Array.from({ length: 100 }, (_one, at) => Buffer.alloc(10_000, at)));
    expect(Buffer.concat(rest).equals(expected)).toBe(true);
    await rm(directory, { recursive: true });
  });

  it("ends with the error of its writer, and leaves no file", async () => {
    const directory = await mkdtemp(join(tmpdir(), "portolan-spool-"));
    const stream = spooled(directory, async (write) => {
      await write(Buffer.from("half"));
      throw new Error("the database went away");
    });
    const all = async () => {
      for await (const piece of stream) void piece;
    };
    await expect(all()).rejects.toThrow("the database went away");
    await rmdir(directory);
  });
});
