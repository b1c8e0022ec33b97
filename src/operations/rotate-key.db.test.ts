import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateKeyPairSync } from "node:crypto";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { eachDatabase } from "../../test/databases.ts";
import { appendEntries, beginLog, handOver, signCheckpoint } from "../record/change/io/log-store.ts";
import {
  keyFingerprint,
  loadOrCreateKey,
  prepareNextKey,
  signCheckpointNote,
  signingKey,
  toBase64,
  verifyLog,
  type SigningKey,
} from "../record/evidence/index.ts";
import { signHead } from "../record/change/index.ts";
import type { Operations } from "../contract/index.ts";
import type { Store } from "../platform/storage/index.ts";
import { createEvidence } from "./evidence.ts";
import type { OperationDeps } from "./operation-deps.ts";
import { signingKeyOf } from "./signing-key.ts";

const NOON = Date.parse("2026-03-14T12:00:00Z");

eachDatabase("a key that is replaced in the middle of a period", (open) => {
  let store: Store;
  let home: string;
  let old: SigningKey;
  let evidence: Operations["evidence"];

  const later = (worker: number) => ({ type: "worker-left", at: NOON, data: { worker, reason: "stopped" } }) as const;
  const grow = (worker: number) => store.transaction((tx) => appendEntries(tx, [later(worker)]));
  const rotate = (destroyPrevious = false) => evidence.rotateKey({ requestedBy: "jane", destroyPrevious });

  beforeEach(async () => {
    store = await open();
    home = mkdtempSync(join(tmpdir(), "portolan-rotate-"));
    old = loadOrCreateKey(home);
    await store.transaction(async (tx) => {
      await beginLog(tx, { key: old, at: NOON, origin: "portolan/test" });
      await appendEntries(tx, [later(1), later(2)]);
      await signCheckpoint(tx, old, NOON);
    });
    const key = await signingKeyOf(store, home);
    evidence = createEvidence({ store, clock: { now: () => NOON }, key, home } as OperationDeps);
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  it("is followed by verify, and either fingerprint names the log", async () => {
    const rotated = await rotate();
    await grow(3);
    await evidence.checkpoint();
    expect(rotated).toMatchObject({ entry: 3, previous: { fingerprint: keyFingerprint(old.publicKey), key: "kept" } });
    for (const key of [undefined, rotated.fingerprint, keyFingerprint(old.publicKey)]) {
      expect(await evidence.verify(key === undefined ? {} : { key })).toMatchObject({
        ok: true,
        entries: 5,
        checkpoints: 3,
        rotations: [{ entry: 3, fingerprint: rotated.fingerprint }],
      });
    }
  });

  it("leaves the old key aside, or not, as the operator chooses", async () => {
    const aside = (id: string) => join(home, "keys", `evidence-${id}.pem`);
    const before = readFileSync(join(home, "keys/evidence.pem"), "utf8");
    const kept = await rotate();
    expect(readFileSync(aside(kept.previous.keyId), "utf8")).toBe(before);
    const destroyed = await rotate(true);
    expect(existsSync(aside(destroyed.previous.keyId))).toBe(false);
    expect(existsSync(join(home, "keys/evidence-next.pem"))).toBe(false);
    expect(await evidence.verify({})).toMatchObject({ ok: true, rotations: [{ entry: 3 }, { entry: 4 }] });
  });

  it("is noticed by a process that still has the old one in memory", async () => {
    const running = await signingKeyOf(store, home);
    await rotate();
    await grow(3);
    expect((await signHead({ store, key: running }, NOON)).size).toBe(5);
    expect(await evidence.verify({})).toMatchObject({ ok: true });
  });

  it("signs nothing more: its signature over a later checkpoint is named", async () => {
    await rotate();
    await grow(3);
    const { rootHash } = await evidence.verify({});
    const body = { origin: "portolan/test", size: 5, rootHash: Buffer.from(rootHash, "base64") };
    const report = await evidence.verify({ checkpoint: [signCheckpointNote(body, old)] });
    expect(report.problems.map(({ problem }) => problem)).toEqual([
      expect.stringMatching(
        /^The checkpoint of size 5 held elsewhere is signed by [0-9a-f]{8} alone, and [0-9a-f]{8} is/,
      ),
    ]);
  });

  it("is not replaced by somebody who can write to the database and lacks it", async () => {
    const stranger = signingKey(generateKeyPairSync("ed25519").privateKey)!;
    const forged = signingKey(generateKeyPairSync("ed25519").privateKey)!;
    // The stranger signs for both sides, with another key in the old one's place.
    await store.transaction((tx) => handOver(tx, { key: old, next: stranger, at: NOON, by: "x", previousKey: "kept" }));
    await sql`ALTER TABLE evidence_entry DISABLE TRIGGER USER`.execute(store.db);
    const row = await store.db
      .selectFrom("evidence_entry")
      .selectAll()
      .where("index", "=", 3)
      .executeTakeFirstOrThrow();
    const body = (row.body ?? "").replace(/— portolan\/test [A-Za-z0-9+/=]+/, (line) => {
      const id = Buffer.from(line.slice("— portolan/test ".length), "base64").subarray(0, 4);
      return `— portolan/test ${toBase64(Buffer.concat([id, forged.sign(Buffer.from("x"))]))}`;
    });
    await sql`UPDATE evidence_entry SET body = ${body} WHERE index = 3`.execute(store.db);
    const { problems } = await verifyLog(store.db);
    expect(problems.map(({ kind }) => kind)).toContain("key-rotation");
    await expect(store.transaction((tx) => signCheckpoint(tx, stranger, NOON))).rejects.toMatchObject({
      code: "evidence-broken",
    });
    await sql`ALTER TABLE evidence_entry ENABLE TRIGGER USER`.execute(store.db);
  });

  describe("by a process that ends in between", () => {
    it("before the entry is recorded, is not replaced: the next rotation uses the same new key", async () => {
      const next = prepareNextKey(home);
      const key = await signingKeyOf(store, home);
      expect(key.publicKey).toEqual(old.publicKey);
      expect((await rotate()).fingerprint).toBe(keyFingerprint(next.publicKey));
    });

    it("after the entry is recorded, is replaced by the next start", async () => {
      const next = prepareNextKey(home);
      await store.transaction((tx) => handOver(tx, { key: old, next, at: NOON, by: "jane", previousKey: "destroyed" }));
      const key = await signingKeyOf(store, home);
      expect(key.publicKey).toEqual(next.publicKey);
      expect(existsSync(join(home, "keys/evidence-next.pem"))).toBe(false);
      await grow(3);
      await signHead({ store, key }, NOON);
      expect(await evidence.verify({})).toMatchObject({ ok: true });
    });
  });

  it("cannot be replaced by two at once", async () => {
    const outcomes = await Promise.allSettled([rotate(), rotate()]);
    const refused = outcomes.filter((outcome) => outcome.status === "rejected");
    expect(refused.length).toBeLessThanOrEqual(1);
    for (const { reason } of refused) {
      expect(reason).toMatchObject({
        code: "conflict",
        next: "There is nothing to do. portolan evidence verify prints the new key.",
      });
    }
    expect(await evidence.verify({})).toMatchObject({ ok: true });
    await grow(3);
    await evidence.checkpoint();
    expect(await evidence.verify({})).toMatchObject({ ok: true });
  });

  it("is not mistaken for another file in its place", async () => {
    await rotate();
    writeFileSync(join(home, "keys/evidence.pem"), "no key", { mode: 0o600 });
    await expect(signingKeyOf(store, home)).rejects.toMatchObject({ code: "config-invalid" });
  });
});
