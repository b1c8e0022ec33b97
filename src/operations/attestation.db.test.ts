import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { eachDatabase } from "../../test/databases.ts";
import {
  makeAuthority,
  serveAuthority,
  type TestAuthority,
  type TestAuthorityServer,
} from "../../test/timestamp-authority.ts";
import { serveWitness, type TestWitness } from "../../test/witness-server.ts";
import { verifyResult } from "../contract/index.ts";
import { createEgress } from "../platform/egress/index.ts";
import type { Store } from "../platform/storage/index.ts";
import { beginLog, recordChange, rotateLogKey, signHead } from "../record/change/index.ts";
import { logHead, pageOfEntries, signingKey, verifierKey, type SigningKey } from "../record/evidence/index.ts";
import { askedWitnesses, authorityOf, policyOf, type AttestationConfig } from "./attestation-config.ts";
import { createAttestation, type Attestation } from "./attestation.ts";
import { createEvidence } from "./evidence.ts";
import type { OperationDeps } from "./operation-deps.ts";

const HOUR = 3_600_000;
const MINUTE = 60_000;

let authority: TestAuthority;
let folder: string;
beforeAll(async () => {
  authority = await makeAuthority();
  folder = await mkdtemp(join(tmpdir(), "portolan-attestation-"));
});
afterAll(async () => {
  await authority.remove();
  await rm(folder, { recursive: true });
});

eachDatabase("checkpoints attested by others", (open) => {
  let key: SigningKey;
  let store: Store;
  let witness: TestWitness;
  let tsa: TestAuthorityServer;
  let config: AttestationConfig;
  let attestation: Attestation | undefined;
  let said: string[];
  // The authority of the test has the machine's clock, so the record has a similar one.
  let now = Date.now();
  const clock = { now: () => now };

  beforeEach(async () => {
    key = signingKey(generateKeyPairSync("ed25519").privateKey)!;
    store = await open();
    witness = await serveWitness("witness.example/w1", clock.now);
    tsa = await serveAuthority(authority);
    const policyFile = join(folder, "policy.txt");
    await writeFile(policyFile, `witness w1 ${witness.vkey} ${witness.url}\nquorum w1\n`);
    config = {
      allow: ["127.0.0.1"],
      policyFile,
      timestamps: { url: tsa.url, authoritiesFile: authority.caFile },
    };
  });

  afterEach(async () => {
    await attestation?.stop();
    await witness.close();
    await tsa.close();
  });

  /** A log that begins at this time. */
  async function begin(at: number, parts: readonly ("witness" | "authority")[]): Promise<void> {
    now = at;
    await store.transaction((tx) => beginLog(tx, { key, at }));
    const { origin = "" } = await logHead(store.db);
    witness.log = verifierKey(origin, key.publicKey);
    attestation = restarted(parts);
  }

  function restarted(parts: readonly ("witness" | "authority")[] = ["witness", "authority"]): Attestation {
    said = [];
    return createAttestation(
      {
        store,
        clock,
        key,
        egress: createEgress({ allow: config.allow }),
        witnesses: parts.includes("witness") ? askedWitnesses(policyOf(config)) : [],
        authority: parts.includes("authority") ? authorityOf(config) : undefined,
      },
      { log: (level, message) => said.push(`${level}: ${message}`), problem: (problem) => said.push(String(problem)) },
    );
  }

  /** Some entries, and a checkpoint over them. */
  async function grow(entries = 3): Promise<number> {
    for (let refused = 0; refused < entries; refused += 1) {
      const data = { reason: "wrong password", address: "192.0.2.7" };
      await recordChange({ store, key }, now, (change) => change.append({ type: "sign-in-refused", at: now, data }));
    }
    return (await signHead({ store, key }, now)).size;
  }

  async function verified() {
    const result = await createEvidence({
      store,
      clock,
      key,
      home: folder,
      attestation: config,
    } as OperationDeps).verify({ answers: true });
    return verifyResult.parse(result);
  }

  const cosignatures = async () =>
    (await store.db.selectFrom("checkpoint_cosignature").select("size").orderBy("size").execute()).map(
      ({ size }) => size,
    );
  const timestamps = async () =>
    (await store.db.selectFrom("checkpoint_timestamp").select("size").orderBy("size").execute()).map(
      ({ size }) => size,
    );

  describe("a witness", () => {
    beforeEach(() => begin(Date.now(), ["witness"]));

    it("cosigns the first checkpoint, and later ones with a proof of growth", async () => {
      const first = await grow();
      await attestation?.turn();
      now += 11 * MINUTE;
      const second = await grow(9);
      await attestation?.turn();
      expect(witness.requests).toEqual([
        { old: 0, size: first, status: 200 },
        { old: first, size: second, status: 200 },
      ]);
      expect(await cosignatures()).toEqual([first, second]);
      expect(said).toEqual([]);
      const result = await verified();
      expect(result).toMatchObject({
        ok: true,
        problems: [],
        quorum: { size: second },
        cosigned: [{ witness: "w1", size: second, checkpoints: 2, checked: true, configured: true }],
      });
    });

    it("gets a request at most every ten minutes, and only one for each checkpoint", async () => {
      await grow();
      await attestation?.turn();
      await attestation?.turn();
      now += 5 * MINUTE;
      await grow();
      await attestation?.turn();
      expect(witness.requests).toHaveLength(1);
      now += 6 * MINUTE;
      await attestation?.turn();
      await attestation?.turn();
      expect(witness.requests).toHaveLength(2);
    });

    it("that names another size (409) gets the proof from there", async () => {
      const first = await grow();
      await attestation?.turn();
      now += HOUR;
      const second = await grow(5);
      await restarted(["witness"]).turn();
      // The database was lost in between, or somebody else asked: the record does not know of the last cosignature.
      now += HOUR;
      const third = await grow(4);
      await store.executeSql("ALTER TABLE checkpoint_cosignature DISABLE TRIGGER ALL");
      await store.db.deleteFrom("checkpoint_cosignature").where("size", "=", second).execute();
      await restarted(["witness"]).turn();
      expect(witness.requests.slice(2)).toEqual([
        { old: first, size: third, status: 409 },
        { old: second, size: third, status: 200 },
      ]);
      expect(await cosignatures()).toEqual([first, third]);
    });

    it("that has cosigned more than the log has says that the log was set back", async () => {
      witness.latest = { size: 1_000, root: new Uint8Array(32) };
      await grow();
      await attestation?.turn();
      now += 2 * HOUR;
      await attestation?.turn();
      expect(witness.requests).toHaveLength(1);
      expect(said).toEqual([
        expect.stringMatching(
          /^error: THE WITNESS w1 DISAGREES WITH THIS LOG: it has cosigned 1,000 entries, and this log has a checkpoint over 4/,
        ),
      ]);
      const [entry] = await pageOfEntries(store.db, { type: ["witness-disagreed"], limit: 1 });
      expect(JSON.parse(entry?.body ?? "{}")).toMatchObject({
        data: { witness: witness.vkey, size: 4, witnessed: 1_000, status: 409 },
      });
    });

    it.each(["inconsistent", "forked"] as const)(
      "that holds another history (%s) is believed, recorded, and gets no further request",
      async (mode) => {
        await grow();
        await attestation?.turn();
        witness.mode = mode;
        now += HOUR;
        const size = await grow();
        await attestation?.turn();
        now += 5 * HOUR;
        await grow();
        await attestation?.turn();
        expect(witness.requests.map(({ status }) => status)).toEqual([200, 422]);
        expect(said).toEqual([expect.stringContaining("DISAGREES WITH THIS LOG: it has cosigned another history")]);
        const recorded = await pageOfEntries(store.db, { type: ["witness-disagreed"], limit: 9 });
        expect(recorded.map(({ body }) => JSON.parse(body) as unknown)).toMatchObject([
          { data: { size, status: 422 } },
        ]);
      },
    );

    it.each([
      ["refusing", "it does not know the key of this log (status 403)"],
      ["unknown-log", "it does not serve this log (status 404)"],
      ["away", "socket hang up"],
      ["other-key", "has a cosignature by witness.example/w1 that is not that key's"],
      ["twice", "has 2 lines by witness.example/w1"],
    ] as const)("that is %s gets further requests, ever more rarely, and is reported once", async (mode, problem) => {
      witness.mode = mode;
      await grow();
      for (let minute = 0; minute < 16; minute += 1) {
        await attestation?.turn();
        now += MINUTE;
      }
      // At 0, 1, 3, 7 and 15 minutes. A witness that signed with the wrong key knows the size it signed, and names it.
      expect(witness.requests.filter(({ status }) => status !== 409)).toHaveLength(5);
      expect(said).toEqual([
        expect.stringMatching(
          /^warn: The checkpoint over 4 entries is not cosigned by the witness w1: .*Next try in 1m\.$/,
        ),
      ]);
      expect(said[0]).toContain(problem);
      expect(await cosignatures()).toEqual([]);
      expect(await verified()).toMatchObject({ ok: true, cosigned: [], quorum: {} });
      witness.mode = "honest";
      witness.latest = { size: 0, root: new Uint8Array(32) };
      now += HOUR;
      await attestation?.turn();
      expect(await cosignatures()).toEqual([4]);
      expect(said[1]).toMatch(/^info: Checkpoints are cosigned by the witness w1 again, after an outage since /);
    });

    it("that knows the old key alone refuses after a rotation, until it is given the new one", async () => {
      await grow();
      await attestation?.turn();
      now += HOUR;
      const next = signingKey(generateKeyPairSync("ed25519").privateKey)!;
      await rotateLogKey(store, { key, next, at: now, by: "operator", previousKey: "destroyed" });
      key = next;
      now += HOUR;
      const size = await grow();
      attestation = restarted(["witness"]);
      await attestation.turn();
      expect(said).toEqual([expect.stringContaining("it does not know the key of this log (status 403)")]);
      const { origin = "" } = await logHead(store.db);
      witness.log = verifierKey(origin, next.publicKey);
      now += HOUR;
      await attestation.turn();
      expect(await cosignatures()).toEqual([4, size]);
      expect(await verified()).toMatchObject({ ok: true, quorum: { size } });
    });

    it("is sent nothing when the entries do not give the signed root", async () => {
      await grow();
      await attestation?.turn();
      now += HOUR;
      await grow();
      await store.executeSql("ALTER TABLE evidence_entry DISABLE TRIGGER ALL");
      await store.db
        .updateTable("evidence_entry")
        .set({ leaf_hash: new Uint8Array(32) })
        .where("index", "=", 5)
        .execute();
      await attestation?.turn();
      expect(witness.requests).toHaveLength(1);
      expect(said).toEqual([expect.stringContaining("the entries do not give the root that was signed")]);
    });

    it("whose stored statement was changed is named", async () => {
      await grow();
      await attestation?.turn();
      await store.executeSql("ALTER TABLE checkpoint_cosignature DISABLE TRIGGER ALL");
      await store.executeSql("UPDATE checkpoint_cosignature SET cosigned_at = cosigned_at - interval '1 day'");
      expect(await verified()).toMatchObject({
        ok: false,
        problems: [{ checkpoint: 4, problem: expect.stringContaining("is stored with another time than it states") }],
      });
    });
  });

  describe("a timestamping authority", () => {
    const thisHour = Date.now() - (Date.now() % HOUR);

    it("timestamps the first checkpoint of each hour, and not each", { tags: ["long"] }, async () => {
      await begin(thisHour, ["authority"]);
      const first = await grow();
      await attestation?.turn();
      now += MINUTE;
      await grow();
      await attestation?.turn();
      expect(await timestamps()).toEqual([first]);
      now += HOUR;
      const later = await grow();
      await attestation?.turn();
      expect(await timestamps()).toEqual([first, later]);
      const result = await verified();
      expect(result).toMatchObject({
        ok: true,
        timestamped: { timestamps: 2, gapsFound: 0, latest: { size: later, authority: "TSA good", trusted: true } },
        tables: { contradicting: 0 },
      });
      const recorded = await pageOfEntries(store.db, { type: ["checkpoint-timestamped"], limit: 9 });
      expect(recorded).toHaveLength(2);
    });

    it("that is away leaves a gap, which is listed, and gets further requests", { tags: ["long"] }, async () => {
      await begin(thisHour - 8 * HOUR, ["authority"]);
      tsa.mode = "away";
      const from = now;
      await grow();
      for (let hour = 0; hour < 8; hour += 1) {
        await attestation?.turn();
        now += HOUR;
        await grow(1);
      }
      expect(tsa.requests()).toBeGreaterThan(3);
      expect(said).toEqual([
        expect.stringMatching(
          /^warn: The checkpoint over .* is not timestamped by 127.0.0.1:\d+: socket hang up\. Next try in 1m\.$/,
        ),
      ]);
      expect((await verified()).timestamped).toMatchObject({
        timestamps: 0,
        gaps: [{ from: expect.any(String) as string }],
      });
      tsa.mode = "honest";
      now += HOUR;
      await attestation?.turn();
      expect(said[1]).toMatch(/^info: Checkpoints are timestamped by 127/);
      const { timestamped } = await verified();
      expect(timestamped).toMatchObject({ timestamps: 1, gapsFound: 1 });
      expect(Date.parse(timestamped?.gaps[0]?.from ?? "")).toBeLessThanOrEqual(from);
      expect(timestamped?.gaps[0]?.until).toBe(timestamped?.latest?.at);
    });

    it.each<["error" | "text" | "nonce" | "imprint" | "expired", string]>([
      ["error", "it answered with status 503"],
      ["text", "it is not a timestamp response"],
      ["nonce", "it answers another request (nonce)"],
      ["imprint", "it is of something else than this checkpoint (imprint)"],
      ["expired", "was not valid at the time it states"],
    ])("that answers wrongly (%s) is not believed", async (how, problem) => {
      await begin(thisHour, ["authority"]);
      await grow();
      if (how === "error" || how === "text") tsa.mode = how;
      else if (how === "expired") tsa.kind = "expired";
      else {
        const { note } = (
          await createEvidence({ store, clock, key, home: folder } as OperationDeps).checkpoints({ limit: 1 })
        ).checkpoints[0] ?? { note: "" };
        const { imprintOf, timestampRequest } = await import("../record/timestamps/request.ts");
        const about = how === "nonce" ? note : `${note}x`;
        const other = await authority.reply(
          timestampRequest({ imprint: imprintOf(about), nonce: Buffer.alloc(16, 9) }),
        );
        tsa.tamper = () => other;
      }
      await attestation?.turn();
      expect(said).toEqual([expect.stringContaining(problem)]);
      expect(await timestamps()).toEqual([]);
    });

    it("whose stored statement was removed or changed is missed", async () => {
      await begin(thisHour, ["authority"]);
      await grow();
      await attestation?.turn();
      await store.executeSql("ALTER TABLE checkpoint_timestamp DISABLE TRIGGER ALL");
      await store.executeSql("UPDATE checkpoint_timestamp SET stamped_at = stamped_at - interval '1 day'");
      expect(await verified()).toMatchObject({
        ok: false,
        problems: [{ checkpoint: 4, problem: expect.stringContaining("is stored with another time than it states") }],
      });
      await store.db.deleteFrom("checkpoint_timestamp").execute();
      const result = await verified();
      expect(result.ok).toBe(false);
      expect(result.tables?.contradictions).toMatchObject([{ table: "checkpoint_timestamp" }]);
    });

    it("that is no longer configured is still checked, all but its chain", async () => {
      await begin(thisHour, ["authority"]);
      await grow();
      await attestation?.turn();
      config = { allow: [] };
      expect(await verified()).toMatchObject({ ok: true, timestamped: { latest: { trusted: false } } });
    });
  });
});
