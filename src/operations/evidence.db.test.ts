import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eachDatabase } from "../../test/databases.ts";
import { appendEntries, beginLog, signCheckpoint } from "../record/change/io/log-store.ts";
import { keyFingerprint, loadOrCreateKey, signingKey, type SigningKey } from "../record/evidence/index.ts";
import type { Operations } from "../contract/index.ts";
import type { Store } from "../platform/storage/index.ts";
import { createEvidence } from "./evidence.ts";
import type { OperationDeps } from "./operation-deps.ts";

const NOON = Date.parse("2026-03-14T12:00:00Z");
const HOUR = 3_600_000;
const strangers = generateKeyPairSync("ed25519").privateKey;
const stranger = signingKey(strangers)!;

/** Twelve entries an hour apart, signed after six, ten and twelve of them. */
async function history(store: Store, key: SigningKey, reason = "stopped"): Promise<void> {
  await store.transaction(async (tx) => {
    const entry = (worker: number) =>
      ({ type: "worker-left", at: NOON + worker * HOUR, data: { worker, reason } }) as const;
    await beginLog(tx, { key, at: NOON, origin: "portolan/test" });
    for (let worker = 1; worker < 12; worker += 1) {
      await appendEntries(tx, [entry(worker)]);
      if ([5, 9, 11].includes(worker)) await signCheckpoint(tx, key, NOON + worker * HOUR);
    }
  });
}

eachDatabase("verifying the evidence log", (open) => {
  let home: string;
  let own: SigningKey;
  let genuine: Operations["evidence"];
  let forged: Operations["evidence"];
  let other: Operations["evidence"];

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), "portolan-verify-"));
    own = loadOrCreateKey(home);
    const evidence = async (key: SigningKey, reason?: string) => {
      const store = await open();
      await history(store, key, reason);
      return createEvidence({ store, clock: { now: () => NOON }, key, home } as OperationDeps);
    };
    genuine = await evidence(own);
    forged = await evidence(stranger);
    other = await evidence(own, "another history");
  }, 60_000);
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  const notes = async (evidence: Operations["evidence"]) =>
    (await evidence.checkpoints({ limit: 10 })).checkpoints.map(({ note }) => note);

  describe("its key", () => {
    it("is the key of this home", async () => {
      expect(await genuine.verify({})).toMatchObject({
        ok: true,
        key: { fingerprint: keyFingerprint(own.publicKey), comparedWith: "home" },
      });
    });

    it("is not that of a stranger who signed everything again, although the log agrees with itself", async () => {
      const report = await forged.verify({});
      expect(report.ok).toBe(false);
      expect(report.problems.map(({ problem }) => problem)).toEqual([
        expect.stringMatching(/^The log is signed by another key than this home's: entry 0 names /),
      ]);
    });

    it("is the one that the request names, by fingerprint or by text", async () => {
      const [text = ""] = (await forged.verify({})).keys;
      for (const key of [text, keyFingerprint(stranger.publicKey)]) {
        expect(await forged.verify({ key })).toMatchObject({ ok: true, key: { comparedWith: "given" } });
        const [first] = (await genuine.verify({ key })).problems;
        expect(first?.problem).toMatch(/^The log is signed by another key than the one you named/);
      }
      await expect(genuine.verify({ key: "1a2b3c4d" })).rejects.toMatchObject({
        code: "config-invalid",
        next: "Give the key as portolan evidence verify prints it (name+id+base64), its fingerprint of 64 hex digits, or its PEM.",
      });
      const pem = createPublicKey(strangers).export({ type: "spki", format: "pem" }).toString();
      expect(await forged.verify({ key: pem })).toMatchObject({ ok: true, key: { comparedWith: "given" } });
    });
  });

  describe("a checkpoint held elsewhere", () => {
    it("is extended by the log that it was taken from", async () => {
      for (const note of await notes(genuine)) {
        expect(await genuine.verify({ checkpoint: [note] })).toMatchObject({ ok: true, held: 1, checkpoints: 4 });
      }
    });

    it("is not extended by a log of the same key with another history", async () => {
      for (const note of await notes(other)) {
        const report = await genuine.verify({ checkpoint: [note] });
        expect(report).toMatchObject({ ok: false, held: 1 });
        expect(report.problems[0]?.problem).toMatch(/contradicts|has another root/);
      }
    });

    it("with the signature of a stranger is named as such", async () => {
      const [note = ""] = await notes(forged);
      const [first] = (await genuine.verify({ checkpoint: [note] })).problems;
      expect(first?.problem).toMatch(
        /^The checkpoint of size 12 held elsewhere is signed by .* and no such key is named/,
      );
    });
  });

  it("lists checkpoints, the largest first, dated by the last entry that each covers", async () => {
    const page = await genuine.checkpoints({ limit: 2 });
    expect(page.checkpoints.map(({ size, signedUpTo }) => [size, signedUpTo])).toEqual([
      [12, "2026-03-14T23:00:00.000Z"],
      [10, "2026-03-14T21:00:00.000Z"],
    ]);
    const rest = await genuine.checkpoints({ limit: 2, after: page.next });
    expect(rest.checkpoints.map(({ size }) => size)).toEqual([6]);
    expect(rest.next).toBeUndefined();
    await expect(genuine.checkpoints({ limit: 2, after: "2" })).rejects.toMatchObject({
      next: "Pass `next` of the previous page with the same filters, or omit `after` to start at the first page.",
    });
    expect((await genuine.checkpoints({ limit: 2, size: 10 })).checkpoints).toEqual([page.checkpoints[1]]);
  });

  it("says where the entries are listed", async () => {
    await expect(genuine.entry({ index: 99 })).rejects.toMatchObject({
      next: "See GET /api/v1/evidence/entries for the existing ones.",
    });
    const [first] = (await genuine.entries({ limit: 1 })).entries;
    expect(await genuine.entry({ index: first?.index ?? 99 })).toMatchObject({ entry: first });
  });
});
