import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { eachDatabase } from "../../test/databases.ts";
import { bindAnswers, contradictionsAfter } from "../../test/fixtures/tampered.ts";
import type { ReportBody, ReportedListener, SensorGateway, SensorRecord } from "../contract/index.ts";
import type { Store } from "../platform/storage/index.ts";
import { beginLog, recordChange } from "../record/change/index.ts";
import { bindsAll, boundLog, compareTables, readEntries, signingKey } from "../record/evidence/index.ts";
import { publicKeyOf, signRequest } from "../sensing/sensor-agent/index.ts";
import {
  createSensorGateway,
  inviteSensor,
  listenersAt,
  listSensors,
  revokeSensor,
  stateWatches,
} from "../watching/sensor-registry/index.ts";
import { BINDINGS } from "./bindings.ts";
import { recordStepBack } from "./clock.ts";
import { createSensors } from "./sensors.ts";

const NOON = Date.parse("2026-03-14T12:00:00Z");
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const TABLES = [
  "sensor",
  "sensor_invitation",
  "sensor_journal",
  "sensor_clock",
  "sensor_address",
  "source",
  "source_interval",
  "coverage",
  "gap",
];
const ssh: ReportedListener = { transport: "tcp", address: "0.0.0.0", port: 22, executable: "/usr/sbin/sshd" };
const web: ReportedListener = { transport: "tcp", address: "::", port: 443, executable: "/usr/sbin/nginx" };

eachDatabase("sensors and the log", (open) => {
  const key = signingKey(generateKeyPairSync("ed25519").privateKey)!;
  let store: Store;
  let now = NOON;
  /** How far the clock was set back: that of a machine keeps running. */
  let setBack = 0;
  let gateway: SensorGateway;
  const deps = () => ({ store, clock: { now: () => now }, key });
  const about = async () =>
    (await compareTables(store.db, BINDINGS)).contradictions.filter(({ table }) => TABLES.includes(table));

  async function enrolled(name: string) {
    const machine: KeyObject = generateKeyPairSync("ed25519").privateKey;
    const { token } = await inviteSensor({ ...deps(), binds: {} }, { name, validFor: HOUR, requestedBy: "ada" });
    const path = "/api/v1/sensor/enrolments";
    const headers = signRequest({ method: "POST", path, body: "", at: 0 }, machine);
    const publicKey = Buffer.from(publicKeyOf(machine)).toString("base64");
    const { sensor } = await gateway.enrol(
      { token, publicKey, host: "web-1.example", platform: "linux", version: "1" },
      {
        method: "POST",
        path,
        contentDigest: headers["content-digest"],
        signatureInput: headers["signature-input"],
        signature: headers.signature,
      },
    );
    const boot = now + setBack - HOUR;
    let [exchange, seq] = [0, 0];
    const moment = () => ({ clock: "boot-1", elapsed: now + setBack - boot, wall: now + setBack + 5_000 });
    return {
      next: () => ({ seq: (seq += 1), at: moment() }),
      report: (records: readonly SensorRecord[], rest: Partial<ReportBody> = {}, receivedAt = now) =>
        gateway.report(
          sensor,
          {
            journal: "j1",
            run: 1,
            exchange: (exchange += 1),
            now: moment(),
            until: moment(),
            interval: 10_000,
            roundTrip: 4,
            version: "1",
            host: "web-1.example",
            records: [...records],
            ...rest,
          },
          receivedAt,
        ),
    };
  }

  async function countOf(type: string): Promise<number> {
    let count = 0;
    for await (const entry of readEntries(store.db)) if (entry.type === type) count += 1;
    return count;
  }

  beforeAll(async () => {
    store = await open();
    gateway = createSensorGateway({ ...deps(), onChanged: () => undefined, onFindings: () => undefined });
    await store.transaction((tx) => beginLog(tx, { key, at: NOON }));
    await bindAnswers(store, key, NOON);
    await inviteSensor({ ...deps(), binds: {} }, { name: "open", validFor: HOUR, requestedBy: "ada" });
    await inviteSensor({ ...deps(), binds: {} }, { name: "taken-back", validFor: HOUR, requestedBy: "ada" });
    const { report, next } = await enrolled("web-1");
    const listing = { listeners: [ssh], addresses: ["10.0.0.7"] };
    await report([{ kind: "begin", ...next(), cause: "started", ...listing }]);
    now += 1_000;
    await report([{ kind: "change", ...next(), appeared: [web], vanished: [] }]);
    now += 1_000;
    await report([{ kind: "change", ...next(), appeared: [], vanished: [web] }]);
    // Restarted after a break, with another address: all listeners begin again.
    now += 10 * MINUTE;
    const moved = { listeners: [ssh, web], addresses: ["10.0.0.8"] };
    await report([{ kind: "begin", ...next(), cause: "started", ...moved }], { run: 2, version: "2" });
    now += MINUTE;
    await revokeSensor(deps(), { name: "taken-back", reason: "a mistake", requestedBy: "ada" });
    const gone = await enrolled("gone");
    await gone.report([{ kind: "begin", ...gone.next(), cause: "started", listeners: [ssh], addresses: [] }]);
    now += MINUTE;
    await revokeSensor(deps(), { name: "gone", reason: "sold", requestedBy: "ada" });
    await report([], { run: 2, version: "2" });
  }, 60_000);
  afterAll(() => store.close());

  it("agree on every table, each with rows", async () => {
    expect(await about()).toEqual([]);
    const { compared } = await compareTables(store.db, BINDINGS);
    expect(compared.filter(({ table, rows }) => TABLES.includes(table) && rows === 0)).toEqual([]);
  });

  const WEB = "(SELECT id FROM sensor WHERE name = 'web-1')";
  const SOURCE = "(SELECT source_id FROM sensor WHERE name = 'web-1')";
  const HELD = `source_id = ${SOURCE} AND upper_inf(during)`;
  it.each([
    ["sensor", "name", `SET name = 'web-2' WHERE id = ${WEB}`],
    [
      "sensor",
      "invitation_id",
      `SET invitation_id = (SELECT id FROM sensor_invitation WHERE name = 'open') WHERE id = ${WEB}`,
    ],
    ["sensor", "key_id", `SET key_id = 'x' WHERE id = ${WEB}`],
    ["sensor", "public_key", `SET public_key = decode(repeat('00', 32), 'hex') WHERE id = ${WEB}`],
    ["sensor", "host", `SET host = 'other' WHERE id = ${WEB}`],
    ["sensor", "platform", `SET platform = 'other' WHERE id = ${WEB}`],
    ["sensor", "version", `SET version = '3' WHERE id = ${WEB}`],
    ["sensor", "enrolled_at", `SET enrolled_at = enrolled_at - interval '1 day' WHERE id = ${WEB}`],
    ["sensor", "revoked_at", `SET revoked_at = now() WHERE id = ${WEB}`],
    ["sensor", "revoked_at", `SET revoked_at = NULL WHERE name = 'gone'`],
    ["sensor", "journal", `SET journal = 'j2' WHERE id = ${WEB}`],
    ["sensor", "reported_at, stated_at", `SET reported_at = reported_at + interval '2 hours' WHERE id = ${WEB}`],
    ["sensor", "reported_at, stated_at", `SET reported_at = reported_at - interval '1 hour' WHERE id = ${WEB}`],
    ["sensor", "reported_at, stated_at", `SET stated_at = stated_at - interval '1 minute' WHERE id = ${WEB}`],
    ["sensor", "stated_taken, taken", `SET stated_taken = 1000, taken = 1000 WHERE id = ${WEB}`],
    ["sensor", "stated_taken, taken", `SET taken = taken - 1 WHERE id = ${WEB}`],
    ["sensor", "stated_taken, taken", `SET stated_taken = NULL WHERE id = ${WEB}`],
    ["sensor", "interval_ms", `SET interval_ms = 3600000 WHERE id = ${WEB}`],
    ["sensor", "skew_ms", `SET skew_ms = 0 WHERE id = ${WEB}`],
    ["sensor", "skew_uncertainty_ms", `SET skew_uncertainty_ms = 100 WHERE id = ${WEB}`],
    ["sensor", "skew_at", `SET skew_at = now() WHERE id = ${WEB}`],
    ["sensor_invitation", "name", `SET name = 'x' WHERE name = 'open'`],
    ["sensor_invitation", "token_sha256", `SET token_sha256 = 'x' WHERE name = 'open'`],
    ["sensor_invitation", "requested_by", `SET requested_by = 'eve' WHERE name = 'open'`],
    ["sensor_invitation", "created_at", `SET created_at = now() WHERE name = 'open'`],
    ["sensor_invitation", "expires_at", `SET expires_at = expires_at + interval '1 year' WHERE name = 'open'`],
    ["sensor_invitation", "expires_at", `SET expires_at = expires_at + interval '1 year' WHERE name = 'taken-back'`],
    ["sensor_invitation", "used_at", `SET used_at = NULL WHERE name = 'web-1'`],
    ["sensor_journal", "begun_at", `SET begun_at = now() WHERE sensor_id = ${WEB}`],
    ["sensor_clock", "zero", `SET zero = zero - interval '1 hour' WHERE sensor_id = ${WEB}`],
    ["sensor_clock", "measured_at", `SET measured_at = now() WHERE sensor_id = ${WEB}`],
    ["sensor_address", "addresses", `SET addresses = '["10.0.0.9"]' WHERE sensor_id = ${WEB}`],
    [
      "source",
      "vantage_id, vantage_point.name",
      `SET vantage_id = (SELECT vantage_id FROM source WHERE id <> ${SOURCE}) WHERE id = ${SOURCE}`,
    ],
    ["source", "watched_from", `SET watched_from = watched_from - interval '1 day' WHERE id = ${SOURCE}`],
    [
      "source",
      "watched_until, stated_until, sensor.stated_at",
      `SET watched_until = watched_until + interval '2 hours' WHERE id = ${SOURCE}`,
    ],
    [
      "source",
      "watched_until, stated_until, sensor.stated_at",
      `SET watched_until = watched_until - interval '1 hour' WHERE id = ${SOURCE}`,
    ],
    [
      "source",
      "watched_until, stated_until, sensor.stated_at",
      `SET stated_until = stated_until - interval '1 minute' WHERE id = ${SOURCE}`,
    ],
    [
      "source_interval",
      "during",
      `SET during = tstzrange(lower(during), lower(during) + interval '1 second') WHERE ${HELD}`,
    ],
    ["source_interval", "estimated", `SET estimated = true WHERE ${HELD}`],
    ["source_interval", "value", `SET value = jsonb_set(value, '{process}', '"harmless"') WHERE ${HELD}`],
    ["coverage", "covered_to", `SET covered_to = covered_to + interval '1 minute' WHERE source_id = ${SOURCE}`],
    ["coverage", "trusted", `SET trusted = false WHERE source_id = ${SOURCE}`],
    [
      "coverage",
      "vantage_id, vantage_point.name",
      `SET vantage_id = (SELECT vantage_id FROM source WHERE id <> ${SOURCE}) WHERE source_id = ${SOURCE}`,
    ],
    ["gap", "detail", `SET detail = 'maintenance' WHERE source_id = ${SOURCE}`],
    ["gap", "recorded_at", `SET recorded_at = now() WHERE source_id = ${SOURCE}`],
  ])("disagree on %s, %s after: %s", async (table, column, change) => {
    const found = await contradictionsAfter(store, `UPDATE ${table} ${change}`);
    expect(found).toContainEqual(expect.objectContaining({ table, column }));
  });

  it.each([
    ["source_interval", `DELETE FROM source_interval WHERE ${HELD}`],
    ["source_interval", `UPDATE source_interval SET key = key || 'x' WHERE ${HELD}`],
    ["sensor_journal", `UPDATE sensor_journal SET journal = 'other'`],
    ["sensor_clock", `UPDATE sensor_clock SET clock = 'other'`],
    ["sensor_address", `UPDATE sensor_address SET valid_from = valid_from - interval '1 hour'`],
    ["coverage", `DELETE FROM coverage WHERE source_id = ${SOURCE}`],
    ["gap", `DELETE FROM gap WHERE source_id = ${SOURCE}`],
    ["gap", `UPDATE gap SET cause = 'asked' WHERE source_id = ${SOURCE}`],
    ["sensor_invitation", `DELETE FROM sensor_invitation WHERE name = 'open'`],
  ])("disagree on a row of %s that is missing after: %s", async (table, statement) => {
    const found = (await contradictionsAfter(store, statement)).filter((each) => each.table === table);
    expect(found.map(({ problem }) => problem)).toContainEqual(expect.stringMatching(/is missing from the table/));
  });

  it("disagree on a sensor that was given other observations", async () => {
    const found = await contradictionsAfter(
      store,
      `INSERT INTO source (kind, vantage_id) SELECT kind, vantage_id FROM source LIMIT 1`,
      `UPDATE sensor SET source_id = (SELECT max(id) FROM source) WHERE id = ${WEB}`,
    );
    expect(found).toContainEqual(expect.objectContaining({ table: "sensor", column: "source_id" }));
    expect(found.map(({ problem }) => problem)).toContainEqual(
      expect.stringMatching(/^the source \d+, which belongs to no sensor is in the table, and no entry records it/),
    );
  });

  it("bind answers from an invitation on that is the first act of a record", async () => {
    const first = await open();
    const { invite } = createSensors({ store: first, clock: { now: () => NOON }, key });
    await invite({ name: "first", validFor: HOUR, requestedBy: "ada" });
    expect(bindsAll(await boundLog(first.db), BINDINGS)).toBe(true);
    expect((await compareTables(first.db, BINDINGS)).contradictions).toEqual([]);
  });

  it("state what a sensor watches once an hour, and nothing with each report", async () => {
    const { report, next } = await enrolled("long");
    await report([{ kind: "begin", ...next(), cause: "started", listeners: [ssh], addresses: [] }]);
    const before = { watched: await countOf("sensor-watched"), described: await countOf("sensor-described") };
    for (let minute = 1; minute <= 150; minute += 1) {
      now += MINUTE;
      await report([]);
      if (minute % 30 === 0) expect(await about()).toEqual([]);
    }
    expect((await countOf("sensor-watched")) - before.watched).toBe(2);
    expect(await countOf("sensor-described")).toBe(before.described);
    // With a checkpoint, all that has been reported is stated.
    await recordChange({ store, key }, now, stateWatches);
    expect((await countOf("sensor-watched")) - before.watched).toBe(4);
    expect(await about()).toEqual([]);
    // Blind for hours, it still reports.
    await report([{ kind: "seen", ...next(), seq: 99 }]);
    now += 2 * HOUR;
    await report([]);
    expect(await about()).toEqual([]);
    // A machine that started again has another clock, and a sensor may begin another journal.
    now += MINUTE;
    const clock = { clock: "boot-2", elapsed: 1_000, wall: now };
    await report([], { journal: "j2", run: 1, exchange: 1, now: clock, until: clock });
    expect(await about()).toEqual([]);
  });

  it("undo a report that waited while the clock was set back, and take it when it is sent again", async () => {
    const { report, next } = await enrolled("waiting");
    const begin: SensorRecord = { kind: "begin", ...next(), cause: "started", listeners: [ssh], addresses: [] };
    await expect(report([begin], {}, now + HOUR)).rejects.toMatchObject({ code: "store-unavailable" });
    expect(await report([begin])).toMatchObject({ taken: 1 });
    expect(await about()).toEqual([]);
  });

  it("know nothing of the future after the clock was set back", async () => {
    const listing = (...listeners: ReportedListener[]) => ({
      cause: "started" as const,
      listeners,
      addresses: ["10.0.0.1"],
    });
    const portsAt = async (at: number, name: string) => {
      const host = (await listenersAt(store.db, at)).find((each) => each.name === name);
      return host?.state === "known" ? host.listeners.map(({ port }) => port) : host?.state;
    };
    now += HOUR;
    const began = now;
    const [steady, broken] = [await enrolled("steady"), await enrolled("broken")];
    for (const each of [steady, broken]) await each.report([{ kind: "begin", ...each.next(), ...listing(ssh) }]);
    now += 80 * MINUTE;
    const late = await enrolled("late");
    await late.report([{ kind: "begin", ...late.next(), ...listing(web) }]);
    await steady.report([{ kind: "change", ...steady.next(), appeared: [web], vanished: [ssh] }]);
    await broken.report([]);
    now += MINUTE;
    await steady.report([]);
    // Started again: its first stretch ended in the future, its second began there, and so did its address.
    await broken.report([{ kind: "begin", ...broken.next(), ...listing(web), addresses: ["10.0.0.2"] }], { run: 2 });
    const ahead = now;
    expect(await portsAt(ahead, "steady")).toEqual([443]);
    expect(await about()).toEqual([]);

    const step = began + 10 * MINUTE;
    [setBack, now] = [ahead - step, step];
    await recordStepBack({ store, key }, { during: { from: step, to: ahead }, detail: "the clock was ahead" });
    expect(await about()).toEqual([]);
    for (const name of ["steady", "broken"]) {
      expect(await portsAt(began + MINUTE, name)).toEqual([22]);
      expect(await portsAt(step + 1, name)).toBe("unknown");
      expect(await portsAt(ahead, name)).toBe("unknown");
    }
    expect(await portsAt(step, "late")).toBe("unknown");
    const { sensors } = await listSensors(store.db, now + 2 * MINUTE);
    for (const name of ["steady", "broken", "late"]) {
      expect(sensors.find((each) => each.name === name)).toMatchObject({ state: "silent", listeners: 0 });
    }

    now += MINUTE;
    expect(await steady.report([{ kind: "seen", ...steady.next() }])).toMatchObject({ wants: "begin" });
    await steady.report([{ kind: "snapshot", ...steady.next(), ...listing(web, ssh), addresses: ["10.0.0.3"] }]);
    await broken.report([{ kind: "begin", ...broken.next(), ...listing(ssh), addresses: ["10.0.0.4"] }], { run: 3 });
    expect(await portsAt(now, "steady")).toEqual([22, 443]);
    expect(await portsAt(now, "broken")).toEqual([22]);
    expect((await listenersAt(store.db, now)).find(({ name }) => name === "broken")?.addresses).toEqual(["10.0.0.4"]);
    expect(await portsAt(ahead, "steady")).toBe("unknown");
    expect(await about()).toEqual([]);

    const source = "(SELECT source_id FROM sensor WHERE name = 'steady')";
    for (const statement of [
      `UPDATE coverage_cut SET counts_until = now() WHERE source_id = ${source}`,
      `DELETE FROM coverage_cut WHERE source_id = ${source}`,
      `INSERT INTO coverage_cut SELECT source_id, covered_from FROM coverage WHERE source_id = (SELECT source_id FROM sensor WHERE name = 'web-1') LIMIT 1`,
      `UPDATE sensor SET reported_at = reported_at + interval '3 hours' WHERE name = 'late'`,
    ]) {
      expect(await contradictionsAfter(store, statement), statement).not.toEqual([]);
    }
    // Set back further, and once more.
    const further = began + 5 * MINUTE;
    for (const at of [further, further - MINUTE]) {
      await recordStepBack({ store, key }, { during: { from: at, to: now }, detail: "the clock was ahead" });
      expect(await about()).toEqual([]);
      expect(await portsAt(at + 1, "steady")).toBe("unknown");
      expect(await portsAt(began + MINUTE, "steady")).toEqual([22]);
      now = at;
    }
  });
});
