// @module-tag long
import { generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freshPlace, STORE_KINDS, type Place } from "../../test/databases.ts";
import { contradictionsAfter } from "../../test/fixtures/tampered.ts";
import { resignedRecord } from "../../test/resigned-record.ts";
import type { SensorRecord } from "../contract/index.ts";
import type { Store } from "../platform/storage/index.ts";
import { bindAnswers, recordChange } from "../record/change/index.ts";
import { compareTables, signingKey } from "../record/evidence/index.ts";
import { recordServices } from "../record/history/index.ts";
import { createSensorGateway, revokeSensor } from "../watching/sensor-registry/index.ts";
import { BINDINGS } from "./bindings.ts";

const NOW = Date.UTC(2026, 10, 26, 23, 40);

describe.each(STORE_KINDS)("services and sensors of a record from before (%s)", (kind) => {
  const key = signingKey(generateKeyPairSync("ed25519").privateKey)!;
  let place: Place;
  let store: Store;
  let now = NOW;
  const deps = () => ({ store, clock: { now: () => now }, key });
  const contradictions = async () => (await compareTables(store.db, BINDINGS)).contradictions;

  beforeAll(async () => {
    place = await freshPlace(kind, "empty");
    store = await resignedRecord(place, key);
    await bindAnswers({ store, key }, now, BINDINGS);
  }, 120_000);
  afterAll(async () => {
    await store.close();
    await place.remove();
  });

  it("agree with the log once they are adopted, and a change of them is named", async () => {
    expect(await contradictions()).toEqual([]);
    const salts = await store.db.selectFrom("service_interval").select("salt").where("salt", "is not", null).execute();
    expect(salts.length).toBeGreaterThan(0);
    expect(new Set(salts.map(({ salt }) => Buffer.from(salt ?? []).toString("hex"))).size).toBe(salts.length);
    for (const [table, column, change] of [
      ["service_interval", "asked_at", "SET asked_at = asked_at + interval '1 hour'"],
      ["service_interval", "identity, salt", "SET salt = decode(repeat('00', 16), 'hex') WHERE identity IS NOT NULL"],
      ["sensor", "interval_ms", "SET interval_ms = 3600000"],
      ["source_interval", "value", `SET value = value || '{"process":"harmless"}'`],
      ["sensor_address", "addresses", `SET addresses = '[]'`],
      ["coverage", "covered_to", "SET covered_to = covered_to + interval '1 hour' WHERE source_id IS NOT NULL"],
      [
        "source",
        "watched_until, stated_until, sensor.stated_at",
        "SET watched_until = watched_until + interval '1 hour'",
      ],
    ] as const) {
      const found = await contradictionsAfter(store, `UPDATE ${table} ${change}`);
      expect(found, table).toContainEqual(expect.objectContaining({ table, column }));
    }
  });

  it("continue in entries", async () => {
    const held = await store.db
      .selectFrom("service_interval as s")
      .innerJoin("endpoint as e", "e.id", "s.endpoint_id")
      .innerJoin("vantage_point as v", "v.id", "s.vantage_id")
      .select(["e.address", "e.transport", "e.port", "v.name as vantage", "s.first_sweep"])
      .where("s.identity", "is not", null)
      .execute();
    now += 60_000;
    for (const { vantage, first_sweep: sweepId, ...endpoint } of held) {
      const identity = { service: "http", confidence: "high", evidence: "SFRUUA==" } as const;
      await recordChange({ store, key }, now, (change) =>
        recordServices(change, { vantage, sweepId, asked: [{ endpoint, at: now, identity }] }),
      );
    }
    const gateway = createSensorGateway({ ...deps(), onChanged: () => undefined, onFindings: () => undefined });
    const sensors = await store.db.selectFrom("sensor").selectAll().where("revoked_at", "is", null).execute();
    expect(sensors.length).toBeGreaterThan(0);
    for (const { id, name, journal, run, exchange, host, version, taken } of sensors) {
      const moment = { clock: "boot-of-the-test", elapsed: 5_000, wall: now };
      const begun: SensorRecord = {
        kind: "begin",
        seq: taken + 1,
        at: moment,
        cause: "started",
        listeners: [],
        addresses: [],
      };
      await gateway.report(id, {
        journal: journal ?? "j1",
        run,
        exchange: exchange + 1,
        now: moment,
        until: moment,
        interval: 10_000,
        version,
        host,
        records: [begun],
      });
      expect(await contradictions()).toEqual([]);
      now += 60_000;
      await revokeSensor(deps(), { name, reason: "replaced", requestedBy: "ada" });
    }
    expect(await contradictions()).toEqual([]);
  });
});
