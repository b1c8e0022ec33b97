// @module-tag long
import { generateKeyPairSync } from "node:crypto";
import { cpSync, readdirSync, renameSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createApp, createWorker, restoreRecord, type App } from "../../src/app.ts";
import type { SensorGateway, SensorRecord } from "../../src/contract/index.ts";
import { keyFingerprint, keyOfHome } from "../../src/record/evidence/index.ts";
import { publicKeyOf, signRequest } from "../../src/sensing/sensor-agent/index.ts";
import { freshPlace, STORE_KINDS, type Place } from "../databases.ts";

const SCOPE = `version: 1
name: rotated
systemTypes: { host: { cadence: 1h, ports: "61100-61110" } }
targets: [{ name: here, addresses: [127.0.0.1], systemType: host }]
`;

describe.each(STORE_KINDS)("a key that is replaced in the middle of everything, on %s", (kind) => {
  let directory: string;
  let place: Place;
  let app: App;
  const places: Place[] = [];
  const open = (at: Place): Promise<App> => createApp({ directory, ...at, identify: false });
  const sweep = (at: App) => at.operations.sweeps.run({ targets: [], engine: "connect", requestedBy: "test" }, {});
  const rotate = (at: App) => at.operations.evidence.rotateKey({ requestedBy: "test", destroyPrevious: false });
  const fingerprint = (): string => keyFingerprint(keyOfHome(place.home)!.publicKey);

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "portolan-rotating-"));
    await writeFile(join(directory, "portolan.yaml"), SCOPE);
    place = await freshPlace(kind);
    places.push(place);
    app = await open(place);
    await sweep(app);
  });
  afterEach(async () => {
    await app.close();
    for (const each of places.splice(0)) await each.remove();
    await rm(directory, { recursive: true, force: true });
  });

  async function backedUp(): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of app.operations.backup.make()) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  /** An empty place with the keys of the original, and the backup in it. */
  async function restored(backup: Uint8Array): Promise<Place> {
    const target = await freshPlace(kind, "empty");
    places.push(target);
    if (kind === "embedded") await rm(join(target.home, "data"), { recursive: true, force: true });
    cpSync(join(place.home, "keys"), join(target.home, "keys"), { recursive: true });
    // oxlint-disable-next-line typescript/require-await -- a source of bytes
    await restoreRecord(target, async function* () {
      yield backup;
    });
    return target;
  }

  it("is restored from a backup of after it, and from one of before it with the previous key", async () => {
    const first = fingerprint();
    const before = await backedUp();
    await rotate(app);
    await sweep(app);
    const second = fingerprint();
    const after = await backedUp();

    const continued = await open(await restored(after));
    await sweep(continued);
    for (const key of [first, second]) {
      const verified = await continued.operations.evidence.verify({ key, answers: true });
      expect(verified).toMatchObject({ ok: true, problems: [], tables: { contradictions: [] } });
      expect(verified.rotations).toHaveLength(1);
    }
    await continued.close();

    const old = await restored(before);
    const refused = await open(old);
    await expect(sweep(refused)).rejects.toMatchObject({ code: "conflict", place: "keys/evidence.pem" });
    await refused.close();
    const aside = readdirSync(join(old.home, "keys")).find((name) => /-[0-9a-f]{8}\.pem$/.test(name));
    renameSync(join(old.home, "keys", aside ?? ""), join(old.home, "keys/evidence.pem"));
    const again = await open(old);
    await sweep(again);
    expect(await again.operations.evidence.verify({ key: first, answers: true })).toMatchObject({
      ok: true,
      problems: [],
    });
    await again.close();
  }, 180_000);

  it("stops neither a sensor that reports nor a worker that sweeps", async () => {
    const said: string[] = [];
    const worker =
      place.databaseUrl === undefined
        ? undefined
        : await createWorker({
            databaseUrl: place.databaseUrl,
            vantage: "inside",
            identify: false,
            onEvent: (event) => said.push(event.kind),
            onProgress: () => undefined,
          });
    await worker?.start();
    const report = await sensorOf(app);
    await report();
    await report();
    // Another process of this home replaces it; the embedded database has only one.
    const other = kind === "postgresql" ? await open(place) : app;
    const [first] = [fingerprint()];
    await Promise.all([rotate(other), report()]);
    for (let round = 0; round < 3; round += 1) await report();
    await sweep(app);
    await rotate(other);
    await report();
    await worker?.stop();
    if (other !== app) await other.close();
    // The server has the first key in memory, and signs with the one of now.
    await app.operations.evidence.checkpoint();
    for (const key of [first, fingerprint()]) {
      const verified = await app.operations.evidence.verify({ key, answers: true });
      expect(verified).toMatchObject({ ok: true, problems: [], tables: { contradictions: [] } });
      expect(verified.rotations).toHaveLength(2);
    }
    const { sensors } = await app.operations.sensors.list();
    expect(sensors).toMatchObject([{ name: "web-1", gaps: 0 }]);
    expect(said.filter((event) => event === "problem")).toEqual([]);
  }, 180_000);
});

/** Enrols a sensor; each call reports one listener more, and has to be taken. */
async function sensorOf({ operations, sensors: gateway }: { operations: App["operations"]; sensors: SensorGateway }) {
  const { token } = await operations.sensors.invite({ name: "web-1", validFor: 3_600_000, requestedBy: "test" });
  const machine = generateKeyPairSync("ed25519").privateKey;
  const path = "/api/v1/sensor/enrolments";
  const headers = signRequest({ method: "POST", path, body: "", at: 0 }, machine);
  const about = { host: "web-1.example", version: "1" };
  const publicKey = Buffer.from(publicKeyOf(machine)).toString("base64");
  const { sensor } = await gateway.enrol(
    { token, publicKey, platform: "linux", ...about },
    {
      ...{ method: "POST", path, contentDigest: headers["content-digest"] },
      ...{ signatureInput: headers["signature-input"], signature: headers.signature },
    },
  );
  const boot = Date.now() - 1_000;
  let seq = 0;
  return async (): Promise<void> => {
    seq += 1;
    const at = Date.now();
    const moment = { clock: "boot", elapsed: at - boot, wall: at };
    const listener = { transport: "tcp" as const, address: "0.0.0.0", port: 1_000 + seq };
    const record: SensorRecord =
      seq === 1
        ? { kind: "begin", seq, at: moment, cause: "started", listeners: [listener], addresses: [] }
        : { kind: "change", seq, at: moment, appeared: [listener], vanished: [] };
    const { taken } = await gateway.report(sensor, {
      ...{ journal: "j1", run: 1, exchange: seq, now: moment, until: moment, interval: 10_000, roundTrip: 0 },
      ...{ records: [record], ...about },
    });
    expect(taken).toBe(seq);
  };
}
