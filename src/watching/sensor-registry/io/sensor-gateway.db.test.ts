import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { beforeAll, beforeEach, expect, it } from "vitest";
import { eachDatabase } from "../../../../test/databases.ts";
import type {
  EnrolmentBody,
  ReportBody,
  ReportedListener,
  SensorGateway,
  SensorRecord,
} from "../../../contract/index.ts";
import { beginLog } from "../../../record/change/index.ts";
import { loadOrCreateKey, verifyLog, type SigningKey } from "../../../record/evidence/index.ts";
import { listFindings } from "../../../judgement/findings/index.ts";
import type { Instant } from "../../../model/index.ts";
import { keyId, publicKeyOf, signRequest } from "../../../sensing/sensor-agent/index.ts";
import type { Store } from "../../../platform/storage/index.ts";
import { inviteSensor, revokeSensor } from "./enrolment.ts";
import { listenersAt } from "./listeners-at.ts";
import { createSensorGateway, type ChangedListeners } from "./sensor-gateway.ts";
import { listSensors } from "./sensor-list.ts";
import { openSilences } from "./silence.ts";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { recording } from "../../../../test/recording.ts";

const NOON = Date.parse("2026-03-14T12:00:00Z");
const HOUR = 3_600_000;
const ssh: ReportedListener = { transport: "tcp", address: "0.0.0.0", port: 22, executable: "/usr/sbin/sshd" };
const web: ReportedListener = { transport: "tcp", address: "::", port: 443, executable: "/usr/sbin/nginx" };

eachDatabase("reports of a sensor", (open) => {
  let store: Store;
  let key: SigningKey;
  let now = NOON;
  let door: SensorGateway;
  const changed: ChangedListeners[] = [];
  const clock = { now: () => now };
  const enrolment = () => ({ store, clock, key });

  beforeAll(async () => {
    store = await open();
    key = loadOrCreateKey(mkdtempSync(join(tmpdir(), "portolan-door-")));
    await store.transaction((tx) => beginLog(tx, { key, at: now }));
    door = createSensorGateway({
      ...enrolment(),
      onChanged: (each) => changed.push(each),
      onFindings: () => undefined,
    });
  });

  /** The tests share a record, and each begins at noon: the clock was set back before it. */
  beforeEach(async () => {
    const { last } = await store.db
      .selectFrom("evidence_entry")
      .select(({ fn }) => fn.max("index").as("last"))
      .executeTakeFirstOrThrow();
    const [at, aheadUntil] = [new Date(NOON), new Date(NOON + HOUR)];
    const step = { at, ahead_until: aheadUntil, scope_version: 0, baseline_version: 0, entry_index: (last ?? 0) + 1 };
    await recording(store, (tx) => tx.insertInto("clock_step").values(step).execute());
  });

  function signed(path: string, body: string, by: KeyObject) {
    const headers = signRequest({ method: "POST", path, body, at: 0 }, by);
    return {
      method: "POST",
      path,
      contentDigest: headers["content-digest"],
      signatureInput: headers["signature-input"],
      signature: headers.signature,
    };
  }

  function enrolmentOf(token: string, machine: KeyObject): EnrolmentBody {
    const publicKey = Buffer.from(publicKeyOf(machine)).toString("base64");
    return { token, publicKey, host: "web-1.example", platform: "linux", version: "1" };
  }

  /** A sensor whose machine started an hour ago, and whose clock is `off` milliseconds ahead. */
  async function enrolled(name: string, off = 0) {
    const machine = generateKeyPairSync("ed25519").privateKey;
    const { token } = await inviteSensor({ ...enrolment(), binds: {} }, { name, validFor: HOUR, requestedBy: "ada" });
    const { sensor } = await door.enrol(
      enrolmentOf(token, machine),
      signed("/api/v1/sensor/enrolments", "body", machine),
    );
    const boot = now - HOUR;
    let exchange = 0;
    const moment = (at: Instant, clockName = "boot-1") => ({ clock: clockName, elapsed: at - boot, wall: at + off });
    return {
      machine,
      sensor,
      token,
      moment,
      report: (records: readonly SensorRecord[], rest: Partial<ReportBody> = {}) =>
        door.report(sensor, {
          journal: "j1",
          run: 1,
          exchange: (exchange += 1),
          now: moment(now),
          until: moment(now),
          interval: 10_000,
          roundTrip: 4,
          version: "1",
          host: "web-1.example",
          records: [...records],
          ...rest,
        }),
      at: async (at: Instant) => (await listenersAt(store.db, at)).find((host) => host.name === name),
    };
  }

  it("keeps when each listener existed, and which endpoints to probe when one changes", async () => {
    now = NOON;
    changed.length = 0;
    const { report, moment, at } = await enrolled("web-1");
    const listing = { listeners: [ssh], addresses: ["10.0.0.7"] };
    expect(await report([{ kind: "begin", seq: 1, at: moment(now), cause: "started", ...listing }])).toMatchObject({
      taken: 1,
    });
    now += 5_000;
    const appeared = now - 40;
    await report([{ kind: "change", seq: 2, at: moment(appeared), appeared: [web], vanished: [] }]);
    expect(await at(appeared - 3)).toMatchObject({ state: "known", listeners: [{ port: 22, bind: "any" }] });
    expect(await at(now)).toMatchObject({
      vantage: "host:web-1",
      addresses: ["10.0.0.7"],
      listeners: [{ port: 22 }, { port: 443, since: appeared - 2, estimated: false }],
    });
    expect(await at(NOON - HOUR)).toBeUndefined();
    expect(changed.map(({ listeners, addresses }) => [listeners.map(({ port }) => port), addresses])).toEqual([
      [[22], ["10.0.0.7"]],
      [[443], ["10.0.0.7"]],
    ]);
  });

  it("takes each record once, even if it is sent again", async () => {
    now = NOON;
    const { report, moment, sensor } = await enrolled("twice");
    const begin: SensorRecord = {
      kind: "begin",
      seq: 1,
      at: moment(now),
      cause: "started",
      listeners: [],
      addresses: [],
    };
    const change: SensorRecord = { kind: "change", seq: 2, at: moment(now), appeared: [web], vanished: [] };
    await report([begin, change]);
    now += 1_000;
    await report([begin, change, { ...change, seq: 3, appeared: [], vanished: [web] }]);
    const rows = await store.db
      .selectFrom("source_interval")
      .innerJoin("sensor", "sensor.source_id", "source_interval.source_id")
      .select("key")
      .where("sensor.id", "=", sensor)
      .execute();
    expect(rows).toHaveLength(1);
    await expect(report([], { exchange: 1 })).rejects.toMatchObject({ code: "conflict" });
  });

  it("refuses to skip records that no entry states as taken, and takes them once the number is mended", async () => {
    now = NOON;
    const { report, moment, sensor, at } = await enrolled("skipping");
    const sent = (seq: number, rest: object) => ({ seq, at: moment(now), ...rest }) as SensorRecord;
    const taken = async (to: number) =>
      await recording(store, (tx) => tx.updateTable("sensor").set({ taken: to }).where("id", "=", sensor).execute());
    const begin = { kind: "begin", cause: "started", listeners: [], addresses: [] };
    await taken(1_000);
    // Nobody knows of another journal than the one that begins: what was written before it does not count.
    await report([sent(1, begin)]);
    now += 1_000;
    const snapshot = sent(2, { kind: "snapshot", listeners: [], addresses: [] });
    expect(await report([snapshot])).toMatchObject({ taken: 2 });
    await taken(1_000);
    now += 1_000;
    const appeared = sent(3, { kind: "change", appeared: [web], vanished: [] });
    await expect(report([snapshot, appeared])).rejects.toMatchObject({
      code: "evidence-broken",
      message: expect.stringMatching(
        /sensor \d+ has taken 1000, and entry \d+ says 1: record 3 of its journal would be skipped/,
      ) as string,
    });
    expect((await at(now))?.listeners).toEqual([]);
    await taken(2);
    expect(await report([snapshot, appeared])).toMatchObject({ taken: 3 });
    expect(await report([snapshot, appeared])).toMatchObject({ taken: 3 });
    expect((await at(now))?.listeners).toMatchObject([{ port: 443 }]);
  });

  it("never bridges a time that it did not observe", async () => {
    now = NOON;
    const { report, moment, at } = await enrolled("killed");
    const listing = { listeners: [ssh, web], addresses: [] };
    await report([{ kind: "begin", seq: 1, at: moment(now), cause: "started", ...listing }]);
    now += 600_000;
    await report([{ kind: "begin", seq: 2, at: moment(now), cause: "started", listeners: [ssh], addresses: [] }], {
      run: 2,
      exchange: 1,
    });
    expect(await at(NOON + 300_000)).toMatchObject({ state: "unknown", listeners: [], lastSeenAt: NOON - 2 });
    expect(await at(NOON)).toMatchObject({ state: "unknown" });
    expect(await at(now)).toMatchObject({ state: "known", listeners: [{ port: 22, since: now - 2 }] });
    const { sensors } = await listSensors(store.db, now);
    expect(sensors.find(({ name }) => name === "killed")).toMatchObject({
      gaps: 1,
      lastGap: { from: "2026-03-14T11:59:59.998Z", to: "2026-03-14T12:09:59.998Z", cause: "started" },
    });
  });

  it("shows a clock that is an hour off, and does not date anything by it", async () => {
    now = NOON;
    const { report, moment, at } = await enrolled("skewed", HOUR);
    await report([{ kind: "begin", seq: 1, at: moment(now), cause: "started", listeners: [ssh], addresses: [] }]);
    expect(await at(now)).toMatchObject({ listeners: [{ since: now - 2, estimated: false }] });
    const { sensors } = await listSensors(store.db, now);
    expect(sensors.find(({ name }) => name === "skewed")?.skew).toMatchObject({
      milliseconds: HOUR + 2,
      uncertainty: 2,
    });
    // Of a run of the machine in which the sensor never reached the server, only the wall clock is known.
    now += 1_000;
    const earlier = { clock: "boot-0", elapsed: 5, wall: now - 2 * HOUR + HOUR };
    await report([{ kind: "change", seq: 2, at: earlier, appeared: [web], vanished: [] }]);
    const listeners = (await at(now))?.listeners ?? [];
    expect(listeners.find(({ port }) => port === 443)).toMatchObject({ estimated: true });
  });

  it("breaks the coverage where records between two reports are missing, and requests them again", async () => {
    now = NOON;
    const { report, moment, at } = await enrolled("holes");
    await report([{ kind: "begin", seq: 1, at: moment(now), cause: "started", listeners: [ssh], addresses: [] }]);
    now += 20_000;
    const seen: SensorRecord = { kind: "seen", seq: 5, at: moment(now) };
    expect(await report([seen])).toMatchObject({ taken: 5, wants: "begin" });
    expect(await at(now)).toMatchObject({ state: "unknown" });
    now += 1_000;
    const again: SensorRecord = {
      kind: "begin",
      seq: 6,
      at: moment(now),
      cause: "asked",
      listeners: [ssh],
      addresses: [],
    };
    expect(await report([again])).not.toHaveProperty("wants");
    expect(await at(now)).toMatchObject({ state: "known", listeners: [{ port: 22 }] });
  });

  it("opens a finding for silence, with its beginning, and ends it with the next report", async () => {
    now = NOON;
    const { report, moment } = await enrolled("quiet");
    await report([{ kind: "begin", seq: 1, at: moment(now), cause: "started", listeners: [], addresses: [] }]);
    now += 29_000;
    const about = async () => await listFindings(store.db, { vantage: "host:quiet" });
    await openSilences(enrolment(), 0);
    expect(await about()).toEqual([]);
    now += 2_000;
    await openSilences(enrolment(), now - 1_000);
    expect(await about()).toEqual([]);
    await openSilences(enrolment(), 0);
    await openSilences(enrolment(), 0);
    expect(await about()).toMatchObject([
      { kind: "coverage-gap", status: "new", subject: { sensor: "quiet" }, during: { from: NOON } },
    ]);
    now += 60_000;
    await report([]);
    expect(await about()).toMatchObject([
      {
        status: "resolved",
        during: { from: NOON, to: now },
        resolution: "the sensor reported again; it had been looking all the time",
      },
    ]);
  });

  it("enrols one key per token, once and in time, and repeats a lost response", async () => {
    now = NOON;
    const { token } = await inviteSensor(
      { ...enrolment(), binds: {} },
      { name: "tokens", validFor: HOUR, requestedBy: "ada" },
    );
    const [mine, other] = [generateKeyPairSync("ed25519").privateKey, generateKeyPairSync("ed25519").privateKey];
    const path = "/api/v1/sensor/enrolments";
    await expect(door.enrol(enrolmentOf(token, mine), signed(path, "", other))).rejects.toMatchObject({
      code: "unauthorized",
    });
    const first = await door.enrol(enrolmentOf(token, mine), signed(path, "", mine));
    expect(await door.enrol(enrolmentOf(token, mine), signed(path, "", mine))).toEqual(first);
    await expect(door.enrol(enrolmentOf(token, other), signed(path, "", other))).rejects.toThrow("already been used");
    const late = await inviteSensor(
      { ...enrolment(), binds: {} },
      { name: "late", validFor: HOUR, requestedBy: "ada" },
    );
    now += HOUR;
    await expect(door.enrol(enrolmentOf(late.token, other), signed(path, "", other))).rejects.toThrow("expired");
    const rows = JSON.stringify(await store.db.selectFrom("sensor_invitation").selectAll().execute());
    const entries = JSON.stringify(await store.db.selectFrom("evidence_entry").select("body").execute());
    expect(rows + entries).not.toContain(token);
  });

  it("accepts signatures of an enrolled key until the key is revoked", async () => {
    now = NOON;
    const { machine, sensor, report, moment, at } = await enrolled("signed");
    const request = signed("/api/v1/sensor/reports", "{}", machine);
    expect(await door.admit(request)).toBe(sensor);
    for (const forged of [
      { ...request, path: "/api/v1/sensor/enrolments" },
      { ...request, method: "PUT" },
      { ...request, contentDigest: "sha-256=:AAAA:" },
      { ...request, signature: undefined },
      signed("/api/v1/sensor/reports", "{}", generateKeyPairSync("ed25519").privateKey),
    ]) {
      await expect(door.admit(forged)).rejects.toMatchObject({ code: "unauthorized" });
    }
    await report([{ kind: "begin", seq: 1, at: moment(now), cause: "started", listeners: [ssh], addresses: [] }]);
    now += 1_000;
    await revokeSensor(enrolment(), { name: "signed", reason: "sold", requestedBy: "ada" });
    await expect(door.admit(request)).rejects.toMatchObject({ code: "forbidden" });
    await expect(report([])).rejects.toMatchObject({ code: "forbidden" });
    expect(await at(now - 1)).toMatchObject({ state: "unknown", lastSeenAt: NOON - 2 });
    expect(await at(now)).toBeUndefined();
    const again = await enrolled("signed");
    expect(again.sensor).not.toBe(sensor);
    expect(keyId(publicKeyOf(again.machine))).not.toBe(keyId(publicKeyOf(machine)));
  });

  it("records all of it in a log that verifies", async () => {
    const types = await store.db.selectFrom("evidence_entry").select("type").distinct().execute();
    expect(types.map(({ type }) => type)).toEqual(
      expect.arrayContaining([
        "sensor-invited",
        "sensor-enrolled",
        "sensor-revoked",
        "sensor-gap-recorded",
        "listeners-changed",
        "finding-opened",
        "finding-resolved",
      ]),
    );
    expect(await verifyLog(store.db)).toMatchObject({ ok: true });
  });
});
