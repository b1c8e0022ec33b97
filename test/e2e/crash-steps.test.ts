// @module-tag long
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createReadStream, createWriteStream, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createApp, restoreRecord } from "../../src/app.ts";
import { openStore, type Store } from "../../src/platform/storage/index.ts";
import { writeBackup } from "../../src/record/backup/index.ts";
import {
  keyFingerprint,
  keyOfHome,
  keysOfLog,
  loadOrCreateKey,
  logHead,
  readEntries,
  verifierKey,
} from "../../src/record/evidence/index.ts";
import { askForDatabases, copyHome, freshPlace, STORE_KINDS, type Place, type StoreKind } from "../databases.ts";
import type { CrashOrder } from "../fixtures/crash-child.ts";
import { resignedRecord } from "../resigned-record.ts";
import { makeAuthority, serveAuthority, type TestAuthority, type TestAuthorityServer } from "../timestamp-authority.ts";
import { serveWitness, type TestWitness } from "../witness-server.ts";

/**
 * kill -9 at every step of the life of an entry, repeatedly on one record. Each time whatever the process had reported as
 * done is in the record, once; the log verifies, and the tables agree with it. The kills are spread over the step: the
 * process takes it three times first, so that its duration is known. Rounds of each: PORTOLAN_CRASH_ROUNDS, 1 by default.
 */
const ROUNDS = Number(process.env["PORTOLAN_CRASH_ROUNDS"] ?? 1);
const CHILD = join(import.meta.dirname, "../fixtures/crash-child.ts");
const HOST = "127.0.0.78";

interface Killed {
  /** The names that were reported as done. */
  readonly done: readonly string[];
  /** Milliseconds from the last of them, or from the beginning, to the kill. */
  readonly after: number;
}

/** What a step left behind is checked against what its process had reported. */
type Check = (store: Store, killed: Killed, site: Site) => Promise<void>;

interface Site {
  readonly place: Place;
  readonly outside: string;
  readonly witness: TestWitness;
}

/** Steps that are taken again and again on one record. The clock of the last two runs ahead. */
const STEPS: readonly (readonly [step: string, check: Check])[] = [
  ["entry", (store, { done }) => eachOnce(store, "gap", "detail", "gap-recorded", done)],
  ["checkpoint", signed],
  [
    "publish",
    async (store, killed, { outside }) => {
      await signed(store, killed);
      const files = readdirSync(outside, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".txt"));
      const notes = new Set(files.map((name) => readFileSync(join(outside, name), "utf8")));
      const rows = await store.db.selectFrom("evidence_checkpoint").select(["size", "note"]).execute();
      for (const size of killed.done) {
        expect(rows.filter((row) => row.size === Number(size)).some(({ note }) => notes.has(note))).toBe(true);
      }
      // Nothing unfinished either: each file is a checkpoint of the log.
      const known = new Set(rows.map(({ note }) => note));
      expect([...notes].filter((note) => !known.has(note))).toEqual([]);
    },
  ],
  ["seal", signed],
  [
    "decision",
    async (store, { done }) => {
      const rows = await store.db.selectFrom("port_baseline_version").select(["version", "document"]).execute();
      for (const [version, name] of done.map((each) => each.split(" "))) {
        expect(rows.filter(({ document }) => document.includes(`round ${name} `))).toMatchObject([
          { version: Number(version) },
        ]);
      }
    },
  ],
  [
    "report",
    async (store, { done }) => {
      const [sensor, taken] = (done.at(-1) ?? "").split(" ").map(Number);
      const row = await store.db
        .selectFrom("sensor")
        .select(["taken", "source_id"])
        .where("id", "=", sensor ?? 0)
        .execute();
      expect(row[0]?.taken).toBeGreaterThanOrEqual(taken ?? 0);
      const kept = await store.db
        .selectFrom("source_interval")
        .select("key")
        .where("source_id", "=", row[0]?.source_id ?? 0)
        .execute();
      expect(kept).toHaveLength(row[0]?.taken ?? 0);
      expect(new Set(kept.map(({ key }) => key)).size).toBe(kept.length);
    },
  ],
  [
    "rotate",
    async (store, { done }, { place }) => {
      // The log has every key that was reported, and the home the one that signs it now.
      const { keys } = await keysOfLog(store.db);
      expect(keys.map(({ publicKey }) => keyFingerprint(publicKey))).toEqual(expect.arrayContaining([...done]));
      expect(Buffer.from(keys.at(-1)!.publicKey)).toEqual(Buffer.from(keyOfHome(place.home)!.publicKey));
    },
  ],
  [
    "witness",
    async (store, killed, { witness }) => {
      await signed(store, killed);
      await attested(store, killed, "checkpoint_cosignature");
      // The witness never saw another history: it holds a checkpoint that the log has.
      const { latest } = witness;
      const stored = await store.db
        .selectFrom("evidence_checkpoint")
        .select("root_hash")
        .where("size", "=", latest.size)
        .execute();
      expect(stored.map(({ root_hash: root }) => Buffer.from(root).toString("hex"))).toContain(
        Buffer.from(latest.root).toString("hex"),
      );
    },
  ],
  [
    "timestamp",
    async (store, killed) => {
      await signed(store, killed);
      await attested(store, killed, "checkpoint_timestamp");
    },
  ],
];

/** Every name in one row of the table, and in one entry. */
async function eachOnce(
  store: Store,
  table: "gap",
  column: "detail",
  type: string,
  names: readonly string[],
): Promise<void> {
  const rows = (await store.db.selectFrom(table).select(column).execute()).map((row) => row[column]);
  const bodies: string[] = [];
  for await (const entry of readEntries(store.db)) if (entry.type === type) bodies.push(entry.body);
  for (const name of names) {
    expect(rows.filter((each) => each === name)).toHaveLength(1);
    expect(bodies.filter((body) => body.includes(`"${name}"`))).toHaveLength(1);
  }
}

/** The checkpoints of these sizes are in the record. */
async function signed(store: Store, { done }: Killed): Promise<void> {
  const sizes = (await store.db.selectFrom("evidence_checkpoint").select("size").execute()).map(({ size }) => size);
  expect(sizes).toEqual(expect.arrayContaining(done.map(Number)));
}

async function attested(store: Store, { done }: Killed, table: "checkpoint_cosignature" | "checkpoint_timestamp") {
  const sizes = (await store.db.selectFrom(table).select("size").execute()).map(({ size }) => size);
  expect(sizes).toEqual(expect.arrayContaining(done.map(Number)));
  expect(new Set(sizes).size).toBe(sizes.length);
}

/** Kills a process in the middle of a step: at this part of the time that the step takes, 0 to 1. */
async function killDuring(order: CrashOrder, at: number, takes?: number): Promise<Killed & { readonly takes: number }> {
  const child = spawn(process.execPath, [CHILD, JSON.stringify(order)], { stdio: ["ignore", "pipe", "inherit"] });
  const done: string[] = [];
  const times: number[] = [];
  let span = takes ?? 0;
  const kill = (): void => void setTimeout(() => child.kill("SIGKILL"), span * at);
  createInterface({ input: child.stdout }).on("line", (line) => {
    times.push(performance.now());
    if (line.startsWith("done ")) done.push(line.slice("done ".length));
    const isOnce = line === "begin";
    if (isOnce && takes !== undefined) kill();
    // The first run of a step that is taken once shows how long it takes.
    if (times.length === 2 && done.length === 1 && takes === undefined && ONCE.has(order.step)) {
      span = times[1]! - times[0]!;
      child.kill("SIGKILL");
    }
    if (done.length === 3 && !ONCE.has(order.step)) {
      span = times[2]! - times[1]!;
      kill();
    }
  });
  expect(await once(child, "close"), `the process of ${order.step}`).toEqual([null, "SIGKILL"]);
  return { done, after: span * at, takes: span };
}

const ONCE: ReadonlySet<string> = new Set(["restore", "adopt"]);
/** Spread over the step, and a little beyond it. */
const partOf = (round: number): number => ((round + 0.5) / ROUNDS) * 1.1;

describe.each(STORE_KINDS)("kill -9 at a step of the life of an entry, on %s", (kind) => {
  let directory: string;
  let place: Place;
  let listening: Server;
  let witness: TestWitness;
  let authority: TestAuthority;
  let tsa: TestAuthorityServer;
  let outside: string;
  let backup: string;
  const reports: string[] = [];
  const orderOf = (step: string, at: Place, round: number): CrashOrder => ({
    ...{ step, directory, home: at.home, databaseUrl: at.databaseUrl, round },
    outside: step === "restore" ? backup : outside,
    attestation:
      step === "timestamp"
        ? { timestamps: { url: tsa.url, authoritiesFile: authority.caFile } }
        : { policyFile: join(directory, "policy.txt") },
  });

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "portolan-steps-"));
    outside = join(directory, "outside");
    backup = join(directory, "record.backup");
    mkdirSync(outside);
    listening = createServer((socket) => socket.on("error", () => undefined).destroy()).listen(0, HOST);
    await once(listening, "listening");
    const { port } = listening.address() as AddressInfo;
    const scope = `version: 1
name: steps
systemTypes: { host: { cadence: 1h, ports: "${port}" } }
targets: [{ name: there, addresses: [${HOST}], systemType: host, undeclared: allow }]
assets: [{ name: here, addresses: [${HOST}], owner: team-web }]
`;
    await writeFile(join(directory, "portolan.yaml"), scope);
    witness = await serveWitness("witness.example/w1", () => Date.now());
    await writeFile(join(directory, "policy.txt"), `witness w1 ${witness.vkey} ${witness.url}\nquorum w1\n`);
    authority = await makeAuthority();
    tsa = await serveAuthority(authority);
    place = await freshPlace(kind);
    const app = await createApp({ directory, ...place, identify: false });
    await app.operations.sweeps.run({ targets: [], engine: "connect", requestedBy: "test" }, {});
    await app.close();
    const store = await openStore(place);
    const file = createWriteStream(backup);
    await writeBackup({ store, clock: { now: () => Date.now() }, program: "test" }, async (chunk) => {
      if (!file.write(chunk)) await once(file, "drain");
    });
    file.end();
    await once(file, "close");
    await store.close();
    copyHome(join(place.home, "keys"), join(directory, "keys"));
  }, 120_000);

  afterAll(async () => {
    process.stderr.write(reports.map((report) => `${kind}: ${report}\n`).join(""));
    listening.close();
    await witness.close();
    await tsa.close();
    await authority.remove();
    await place.remove();
    await rm(directory, { recursive: true, force: true });
  });

  /** Opens the record as the next process does, and has it verified. */
  async function verified(at: Place): Promise<void> {
    const app = await createApp({ directory, ...at, identify: false });
    try {
      const report = await app.operations.evidence.verify({ answers: true });
      expect(report).toMatchObject({ ok: true, problems: [], tables: { contradictions: [] } });
    } finally {
      await app.close();
    }
  }

  it.each(STEPS)(
    "%s: nothing that was reported is lost, and nothing exists twice",
    async (step, check) => {
      const began = performance.now();
      let done = 0;
      for (let round = 0; round < ROUNDS; round += 1) {
        const before = await openStore(place);
        const { origin = "" } = await logHead(before.db);
        await before.close();
        // The witness checks who signed, with the key of now.
        witness.log = verifierKey(origin, keyOfHome(place.home)!.publicKey);
        const killed = await killDuring(orderOf(step, place, round), partOf(round));
        done += killed.done.length;
        await verified(place);
        const store = await openStore(place);
        try {
          await check(store, killed, { place, outside, witness });
        } finally {
          await store.close();
        }
      }
      reports.push(`${step}: ${ROUNDS} kills, ${done} reported, none lost, ${seconds(began)} s`);
    },
    60_000 + ROUNDS * 60_000,
  );

  it(
    "restore: a record is restored whole, or not at all",
    async () => {
      const began = performance.now();
      const counts = { whole: 0, nothing: 0 };
      let takes: number | undefined;
      for (let round = takes === undefined ? -1 : 0; round < ROUNDS; round += 1) {
        const target = await freshPlace(kind, "empty");
        if (kind === "embedded") await rm(join(target.home, "data"), { recursive: true, force: true });
        copyHome(join(directory, "keys"), join(target.home, "keys"));
        const killed = await killDuring(orderOf("restore", target, round), partOf(Math.max(0, round)), takes);
        takes ??= killed.takes;
        const isWhole = await settled(target, killed.done.length > 0);
        counts[isWhole ? "whole" : "nothing"] += 1;
        await verified(target);
        await target.remove();
      }
      reports.push(`restore: ${ROUNDS + 1} kills, ${JSON.stringify(counts)}, ${seconds(began)} s`);
    },
    300_000 + ROUNDS * 60_000,
  );

  /** Restores it if the killed process did not. Whole if it was reported so. */
  async function settled(target: Place, wasReported: boolean): Promise<boolean> {
    const again = await restoreRecord(target, () => createReadStream(backup)).then(
      () => "restored" as const,
      (refusal: unknown) => (refusal as { code?: string }).code,
    );
    expect(["restored", "conflict"]).toContain(again);
    if (wasReported) expect(again).toBe("conflict");
    return again === "conflict";
  }

  it(
    "adopt: an older record is bound once, also by a process that was killed",
    async () => {
      const began = performance.now();
      const older = await freshPlace(kind, "empty");
      const key = loadOrCreateKey(older.home);
      await (await resignedRecord(older, key)).close();
      const counts = { before: 0, after: 0 };
      let takes: number | undefined;
      for (let round = -1; round < ROUNDS; round += 1) {
        const target = await copyOf(kind, older);
        const killed = await killDuring(orderOf("adopt", target, round), partOf(Math.max(0, round)), takes);
        takes ??= killed.takes;
        const bound = await boundTimes(target);
        expect(bound).toBeLessThanOrEqual(1);
        if (killed.done.length > 0) expect(bound).toBe(1);
        counts[bound === 0 ? "before" : "after"] += 1;
        await verified(target);
        expect(await boundTimes(target)).toBe(1);
        await target.remove();
      }
      await older.remove();
      reports.push(`adopt: ${ROUNDS + 1} kills, ${JSON.stringify(counts)}, ${seconds(began)} s`);
    },
    300_000 + ROUNDS * 60_000,
  );
});

async function boundTimes(place: Place): Promise<number> {
  const store = await openStore(place);
  const { rows } = await store.executeSql(
    "SELECT count(*)::int AS bound FROM evidence_entry WHERE type = 'answers-bound'",
  );
  await store.close();
  return (rows[0] as { bound: number }).bound;
}

/** A database and home of its own, with the same content. */
async function copyOf(kind: StoreKind, place: Place): Promise<Place> {
  const copy = await freshPlace(kind, "empty");
  copyHome(place.home, copy.home);
  if (kind === "embedded") return copy;
  const [from, to] = [place, copy].map(({ databaseUrl = "" }) => new URL(databaseUrl).pathname.slice(1));
  const { adminUrl } = await askForDatabases();
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  // Connections of a process that was just killed may still be ending.
  await sleep(100);
  await admin.query(`DROP DATABASE ${to} WITH (FORCE)`);
  await admin.query(`CREATE DATABASE ${to} TEMPLATE ${from}`);
  await admin.end();
  return copy;
}

function seconds(began: number): number {
  return Math.round((performance.now() - began) / 1_000);
}
