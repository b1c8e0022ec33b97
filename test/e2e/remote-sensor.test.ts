import { spawn, type ChildProcess } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { beginLog } from "../../src/record/change/index.ts";
import { loadOrCreateKey, verifyLog, type SigningKey } from "../../src/record/evidence/index.ts";
import {
  createSensorGateway,
  inviteSensor,
  listenersAt,
  listSensors,
  revokeSensor,
} from "../../src/watching/sensor-registry/index.ts";
import type { SensorView } from "../../src/contract/index.ts";
import { startServer } from "../../src/server/index.ts";
import { openStore, type Store } from "../../src/platform/storage/index.ts";
import { makeCertificate } from "../certificates.ts";
import { freshPlace, type Place } from "../databases.ts";
import { fakeOperations } from "../fakes/operations.ts";
import { lab, labUnavailable } from "../lab/index.ts";

const CHILD = join(import.meta.dirname, "../fixtures/sensor-child.ts");
const HOUR = 3_600_000;
const clock = { now: () => Date.now() };

describe("a sensor on another machine", () => {
  let place: Place;
  let store: Store;
  let key: SigningKey;
  let folder: string;
  let fingerprint: string;
  let server: Awaited<ReturnType<typeof startServer>> | undefined;
  let port = 0;
  const children: ChildProcess[] = [];
  const opened: Server[] = [];
  const unexpected: unknown[] = [];

  beforeAll(async () => {
    place = await freshPlace("postgresql");
    store = await openStore(place);
    key = loadOrCreateKey(place.home);
    await store.transaction((tx) => beginLog(tx, { key, at: clock.now() }));
    folder = mkdtempSync(join(tmpdir(), "portolan-sensor-"));
    const { certificate } = makeCertificate(folder, "server", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1");
    fingerprint = new X509Certificate(readFileSync(certificate)).fingerprint256.replaceAll(":", "").toLowerCase();
    await up();
  });
  afterEach(async () => {
    if (server === undefined) await up();
    for (const child of children.splice(0)) child.kill("SIGKILL");
    for (const each of opened.splice(0)) each.close();
  });
  afterAll(async () => {
    await server?.stop();
    await store.close();
    await place.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Starts the server (again), on the same port as before. */
  async function up(): Promise<void> {
    server = await startServer({
      operations: fakeOperations(),
      sensors: createSensorGateway({ store, clock, key, onChanged: () => undefined, onFindings: () => undefined }),
      home: folder,
      version: "test",
      port,
      tls: { certificate: join(folder, "server.pem"), key: join(folder, "server.key") },
      clock,
      onUnexpected: (error) => unexpected.push(error),
    });
    port = Number(new URL(server.url).port);
  }
  /** Closes the port: from now on, connections are refused. */
  async function down(): Promise<void> {
    await server?.stop();
    server = undefined;
  }

  interface Told extends ChildProcess {
    readonly said: () => string;
  }
  function start(name: string, more: object = {}, within?: string): Told {
    const settings = { folder: join(folder, name), server: `https://127.0.0.1:${port}`, fingerprint, ...more };
    const words = [CHILD, JSON.stringify(settings)];
    const child =
      within === undefined
        ? spawn(process.execPath, words)
        : spawn("ip", ["netns", "exec", within, process.execPath, ...words]);
    children.push(child);
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (data: string) => (text += data));
    child.stderr.setEncoding("utf8").on("data", (data: string) => (text += data));
    return Object.assign(child, { said: () => text });
  }
  async function kill(child: ChildProcess): Promise<void> {
    child.kill("SIGKILL");
    await once(child, "close");
  }
  async function enrolled(name: string, more: object = {}): Promise<Told> {
    const { token } = await inviteSensor(
      { store, clock, key, binds: {} },
      { name, validFor: HOUR, requestedBy: "ada" },
    );
    const child = start(name, { token, ...more });
    await expect.poll(() => seen(name), { timeout: 20_000, interval: 100 }).toMatchObject({ state: "reporting" });
    return child;
  }
  async function seen(name: string): Promise<SensorView | undefined> {
    return (await listSensors(store.db, clock.now())).sensors.find((sensor) => sensor.name === name);
  }
  async function ports(name: string): Promise<number[]> {
    const host = (await listenersAt(store.db, clock.now())).find((each) => each.name === name);
    return host?.listeners.map((listener) => listener.port) ?? [];
  }
  async function listen(): Promise<{ port: number; close(): Promise<void> }> {
    const listener = createServer().listen(0, "127.0.0.1");
    opened.push(listener);
    await once(listener, "listening");
    const address = listener.address();
    return {
      port: typeof address === "object" && address !== null ? address.port : 0,
      close: async () => {
        listener.close();
        await once(listener, "close");
      },
    };
  }
  /** When the listener on the port existed, according to the record: each stretch in order. */
  async function stretches(name: string, at: number): Promise<{ from: number; to: number | undefined }[]> {
    const { rows } = await store.executeSql(
      `SELECT extract(epoch FROM lower(during)) * 1000 AS "from", extract(epoch FROM upper(during)) * 1000 AS "to"
       FROM source_interval JOIN sensor USING (source_id)
       WHERE name = $1 AND value ->> 'port' = $2 ORDER BY lower(during)`,
      [name, String(at)],
    );
    return rows.map(({ from, to }: { from: string; to: string | null }) => ({
      from: Number(from),
      to: to === null ? undefined : Number(to),
    }));
  }

  it("reports a listener and its end at once, and keeps its own key", async () => {
    await enrolled("plain");
    const before = clock.now();
    const listener = await listen();
    await expect.poll(() => ports("plain"), { timeout: 10_000 }).toContain(listener.port);
    const [stretch] = await stretches("plain", listener.port);
    expect(stretch?.from).toBeGreaterThan(before - 1_000);
    await listener.close();
    await expect.poll(() => ports("plain"), { timeout: 10_000 }).not.toContain(listener.port);
    expect(statSync(join(folder, "plain", "key.pem")).mode & 0o777).toBe(0o600);
    const host = (await listenersAt(store.db, clock.now())).find(({ name }) => name === "plain");
    expect(host?.listeners.find((each) => each.port === port)).toMatchObject({
      address: "127.0.0.1",
      bind: "loopback",
      executable: process.execPath,
    });
  }, 60_000);

  it("records every observation once, with a single gap, when the sensor is killed, the server is away, and the sensor is killed again", async () => {
    let child = await enrolled("killed");
    await kill(child);
    const died = clock.now();
    child = start("killed");
    await expect.poll(async () => (await seen("killed"))?.gaps, { timeout: 20_000 }).toBe(1);
    expect((await seen("killed"))?.lastGap).toMatchObject({ cause: "started" });
    expect(Date.parse((await seen("killed"))?.lastGap?.from ?? "")).toBeLessThanOrEqual(died);

    await down();
    await expect.poll(() => child.said(), { timeout: 20_000 }).toContain("away");
    const [first, second] = [await listen(), await listen()];
    const journal = () => readFileSync(join(folder, "killed", "journal.jsonl"), "utf8");
    await expect.poll(journal, { timeout: 10_000 }).toContain(`"port":${second.port}`);
    await first.close();
    const closed = clock.now();
    await expect.poll(journal, { timeout: 10_000 }).toMatch(new RegExp(`"vanished":\\[[^\\]]*"port":${first.port}`));
    // From here on, the file on the disk outlives the process.
    await kill(child);
    child = start("killed");
    await expect.poll(() => child.said(), { timeout: 20_000 }).toContain("away");
    await up();
    await expect.poll(async () => (await seen("killed"))?.gaps, { timeout: 40_000 }).toBe(2);
    await expect.poll(() => ports("killed"), { timeout: 10_000 }).toContain(second.port);

    const ofFirst = await stretches("killed", first.port);
    expect(ofFirst).toHaveLength(1);
    expect(Math.abs((ofFirst[0]?.to ?? 0) - closed)).toBeLessThan(5_000);
    const ofSecond = await stretches("killed", second.port);
    // Before the gap and after it: nobody observed the time in between.
    expect(ofSecond).toHaveLength(2);
    expect(ofSecond[1]?.from).toBeGreaterThan(ofSecond[0]?.to ?? Infinity);
    const coverage = await store.executeSql(
      "SELECT count(*) AS stretches FROM coverage JOIN sensor USING (source_id) WHERE name = 'killed'",
    );
    expect(Number(coverage.rows[0].stretches)).toBe(2);
  }, 120_000);

  it("loses nothing while the server is away", async () => {
    const child = await enrolled("cut");
    await down();
    await expect.poll(() => child.said(), { timeout: 20_000 }).toContain("away");
    const away = clock.now();
    const listener = await listen();
    const opening = clock.now();
    await expect
      .poll(() => readFileSync(join(folder, "cut", "journal.jsonl"), "utf8"), { timeout: 10_000 })
      .toContain(`"port":${listener.port}`);
    await up();
    await expect.poll(() => ports("cut"), { timeout: 40_000 }).toContain(listener.port);
    const [stretch] = await stretches("cut", listener.port);
    expect(Math.abs((stretch?.from ?? 0) - opening)).toBeLessThan(3_000);
    expect(await seen("cut")).toMatchObject({ gaps: 0, state: "reporting" });
    const host = (await listenersAt(store.db, away)).find(({ name }) => name === "cut");
    expect(host).toMatchObject({ state: "known" });
  }, 90_000);

  it("shows a clock that is an hour off, and dates its observations correctly", async () => {
    await enrolled("skewed", { skew: HOUR });
    await expect.poll(async () => (await seen("skewed"))?.skew !== undefined, { timeout: 10_000 }).toBe(true);
    const { milliseconds = 0, uncertainty = Infinity } = (await seen("skewed"))?.skew ?? {};
    expect(Math.abs(milliseconds - HOUR)).toBeLessThan(1_000 + uncertainty);
    const before = clock.now();
    const listener = await listen();
    await expect.poll(() => ports("skewed"), { timeout: 10_000 }).toContain(listener.port);
    const [stretch] = await stretches("skewed", listener.port);
    expect(stretch?.from).toBeGreaterThan(before - 2_000);
    expect(stretch?.from).toBeLessThanOrEqual(clock.now());
  }, 60_000);

  it("records a gap when its buffer is full, and does not crash", async () => {
    const child = await enrolled("full", { buffer: 40_000 });
    await down();
    await expect.poll(() => child.said(), { timeout: 20_000 }).toContain("away");
    // More and more listeners at once. A report of fewer would fit again, end the gap, and let a second one follow.
    const some = await Promise.all(Array.from({ length: 120 }, listen));
    const unseen = () => {
      const journal = readFileSync(join(folder, "full", "journal.jsonl"), "utf8");
      return some.filter(({ port }) => !journal.includes(`"port":${port}`)).length;
    };
    await expect.poll(unseen, { timeout: 30_000 }).toBe(0);
    const last = await Promise.all(Array.from({ length: 120 }, listen));
    await expect.poll(() => child.said(), { timeout: 30_000 }).toContain("no room for a report");
    await up();
    await expect
      .poll(() => seen("full"), { timeout: 40_000 })
      .toMatchObject({ gaps: 1, lastGap: { cause: "buffer-full" } });
    expect(await ports("full")).toEqual(expect.arrayContaining([...some, ...last].map(({ port }) => port)));
  }, 120_000);

  it("connects only to the server it was given", async () => {
    const { token } = await inviteSensor(
      { store, clock, key, binds: {} },
      { name: "careful", validFor: HOUR, requestedBy: "ada" },
    );
    const careful = async (more: object): Promise<string> => {
      const child = start("careful", { token, ...more });
      await once(child, "close");
      return child.said();
    };
    expect(await careful({ fingerprint: "0".repeat(64) })).toContain("a different certificate");
    expect(await careful({ fingerprint: undefined })).toMatch(/cannot be reached \(.*SELF_SIGNED/);
    expect(await careful({ server: "http://192.0.2.1:4600" })).toContain("only over https");
    expect(await seen("careful")).toBeUndefined();
  }, 60_000);

  it("ends when it is revoked", async () => {
    const child = await enrolled("gone");
    await revokeSensor({ store, clock, key }, { name: "gone", reason: "sold", requestedBy: "ada" });
    const [status] = (await once(child, "close")) as [number];
    expect(status).toBe(2);
    expect(child.said()).toContain("was revoked");
  }, 60_000);

  const unavailable = labUnavailable();
  (unavailable === undefined ? it : it.skip)(
    `keeps listeners of another network namespace apart from the host's${unavailable === undefined ? "" : `: ${unavailable}`}`,
    async () => {
      const site = await lab({ hosts: [{ name: "container", listeners: [18_080] }] });
      try {
        await enrolled("host");
        const here = await listen();
        await expect.poll(() => ports("host"), { timeout: 10_000 }).toContain(here.port);
        expect(await ports("host")).not.toContain(18_080);
        await site.host("container").open(18_081);
        const later = await listen();
        await expect.poll(() => ports("host"), { timeout: 10_000 }).toContain(later.port);
        expect(await ports("host")).not.toContain(18_081);
      } finally {
        await site.close();
      }
    },
    60_000,
  );

  it("records all of it in a log that verifies", async () => {
    expect(await verifyLog(store.db)).toMatchObject({ ok: true });
    expect(unexpected).toEqual([]);
  });
});
