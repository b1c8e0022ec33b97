import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freshPlace, STORE_KINDS, type Place } from "../../../../test/databases.ts";
import { beginSource, monitoringGaps } from "../../../record/history/index.ts";
import { openStore, readMigrations, type Store } from "../../../platform/storage/index.ts";
import { listenersAt } from "./listeners-at.ts";
import { listSensors } from "./sensor-list.ts";
import { recording } from "../../../../test/recording.ts";

const NOON = Date.parse("2026-03-14T12:00:00Z");
const MINUTE = 60_000;
const before = readMigrations().findIndex(({ name }) => name === "one-history");

/** Two sensors as they were stored when they had tables of their own; number 1 was never enrolled. */
const STORED = `
  INSERT INTO vantage_point (name) VALUES ('host:old'), ('host:web');
  INSERT INTO sensor_invitation (name, token_sha256, requested_by, created_at, expires_at)
    VALUES ('old', 'a', 'ada', '2026-03-14T11:00Z', '2026-03-14T12:00Z'),
           ('web', 'b', 'ada', '2026-03-14T11:00Z', '2026-03-14T12:00Z');
  INSERT INTO sensor (id, name, vantage_id, invitation_id, public_key, key_id, host, platform, version, enrolled_at,
                      revoked_at, reported_at, interval_ms, covered_from, covered_until) OVERRIDING SYSTEM VALUE
    SELECT n, name, v, n - 1, decode(repeat('00', 32), 'hex'), name, name, 'linux', '1', '2026-03-14T11:00Z', revoked,
           '2026-03-14T12:20Z', 10000, covered_from, covered_until
    FROM (VALUES
      (2, 'old', 1, timestamptz '2026-03-14T12:30Z', NULL::timestamptz, NULL::timestamptz),
      (3, 'web', 2, NULL, '2026-03-14T12:10Z', '2026-03-14T12:20Z')
    ) AS given (n, name, v, revoked, covered_from, covered_until);
  INSERT INTO sensor_coverage VALUES (2, '2026-03-14T12:00Z', '2026-03-14T12:20Z'), (3, '2026-03-14T12:00Z', '2026-03-14T12:05Z');
  INSERT INTO monitoring_gap (cause, gap_from, gap_to, detail, recorded_at)
    VALUES ('suspended', '2026-03-14T12:00Z', '2026-03-14T12:01Z', 'the machine slept', '2026-03-14T12:01Z');
  INSERT INTO sensor_gap (sensor_id, cause, gap_from, gap_to, recorded_at)
    VALUES (3, 'started', '2026-03-14T12:05Z', '2026-03-14T12:10Z', '2026-03-14T12:10Z');
  INSERT INTO sensor_address VALUES (3, '2026-03-14T12:00Z', '["10.0.0.7"]');
  INSERT INTO listener_interval
    SELECT sensor, 'key', '{"transport": "tcp", "address": "0.0.0.0", "port": 22}', during::tstzrange, estimated
    FROM (VALUES
      (2, '["2026-03-14T12:00Z","2026-03-14T12:20:00.001Z")', false),
      (3, '["2026-03-14T12:00Z","2026-03-14T12:05:00.001Z")', true),
      (3, '["2026-03-14T12:10Z",)', false)
    ) AS given (sensor, during, estimated)`;

describe.each(STORE_KINDS)("sensors stored before there was one history, on %s,", (kind) => {
  let place: Place;
  let store: Store;
  beforeAll(async () => {
    place = await freshPlace(kind, "empty");
    const old = await openStore({ ...place, migrations: readMigrations().slice(0, before) });
    for (const statement of STORED.split(";")) await old.executeSql(statement);
    await old.close();
    store = await openStore(place);
  }, 120_000);
  afterAll(async () => {
    await store.close();
    await place.remove();
  });

  it("keep their answers: known while they observed, unknown in between", async () => {
    const at = async (minutes: number) => await listenersAt(store.db, NOON + minutes * MINUTE);
    const [old, web] = await at(5);
    expect(old).toMatchObject({ sensor: 2, name: "old", vantage: "host:old", state: "known", addresses: [] });
    expect(web).toMatchObject({ sensor: 3, vantage: "host:web", state: "known", addresses: ["10.0.0.7"] });
    expect(web?.listeners).toMatchObject([{ port: 22, bind: "any", since: NOON, estimated: true }]);
    expect((await at(7))[1]).toMatchObject({ state: "unknown", lastSeenAt: NOON + 5 * MINUTE, listeners: [] });
    expect((await at(20.5))[1]).toMatchObject({ state: "known", listeners: [{ since: NOON + 10 * MINUTE }] });
    expect((await at(20.5))[0]).toMatchObject({ state: "unknown", lastSeenAt: NOON + 20 * MINUTE });
    expect((await at(20.6))[1]).toMatchObject({ state: "unknown" });
    expect(await at(31)).toHaveLength(1);
  });

  it("are listed with their gaps, separate from the installation's", async () => {
    const { sensors } = await listSensors(store.db, NOON + 20 * MINUTE);
    expect(sensors).toMatchObject([
      { name: "old", id: 2, state: "revoked", listeners: 0, gaps: 0 },
      {
        name: "web",
        id: 3,
        state: "reporting",
        coveredUntil: "2026-03-14T12:20:00.000Z",
        listeners: 1,
        gaps: 1,
        lastGap: { from: "2026-03-14T12:05:00.000Z", to: "2026-03-14T12:10:00.000Z", cause: "started" },
      },
    ]);
    const causes = await monitoringGaps(store.db, { from: NOON, to: NOON + 30 * MINUTE });
    expect(causes.map(({ detail }) => detail)).toEqual(["the machine slept"]);
  });

  it("are followed by new ones", async () => {
    expect(await recording(store, (tx) => beginSource(tx, "sensor", "host:new"))).toBe(4);
  });
});
