import { sql, type RawBuilder, type Selectable } from "kysely";
import type { ReportedListener } from "../../../contract/index.ts";
import type { Change } from "../../../record/change/index.ts";
import { applyFindings, listFindings, type Applied } from "../../../judgement/findings/index.ts";
import type { Instant } from "../../../model/index.ts";
import type { Tables, Tx } from "../../../platform/storage/index.ts";
import { listenerKey } from "../../../sensing/listeners/index.ts";
import type { Folded, Sight } from "../fold.ts";
import { hostVantage } from "../vantage.ts";

export type SensorRow = Selectable<Tables["sensor"]>;

/** What is held of the machine; the sensor's row is locked by whoever asks. */
export async function readSight(tx: Tx, sensor: SensorRow): Promise<Sight> {
  const rows = await tx
    .selectFrom("listener_interval")
    .select(["listener", "estimated", sql<Date>`lower(during)`.as("from")])
    .where("sensor_id", "=", sensor.id)
    .where(sql<boolean>`upper_inf(during)`)
    .execute();
  const last = await tx
    .selectFrom("sensor_coverage")
    .select((query) => query.fn.max("covered_until").as("until"))
    .where("sensor_id", "=", sensor.id)
    .executeTakeFirst();
  const place = await tx
    .selectFrom("sensor_address")
    .select("addresses")
    .where("sensor_id", "=", sensor.id)
    .orderBy("valid_from", "desc")
    .limit(1)
    .executeTakeFirst();
  const { covered_from: from, covered_until: to } = sensor;
  return {
    covered: from === null || to === null ? undefined : { from: from.getTime(), to: to.getTime() },
    lastCovered: (last?.until as Date | null | undefined)?.getTime(),
    listening: new Map(
      rows.map((row) => {
        const listener = row.listener as unknown as ReportedListener;
        return [listenerKey(listener), { listener, from: row.from.getTime(), estimated: row.estimated }] as const;
      }),
    ),
    addresses: place?.addresses ?? [],
  };
}

/** Writes what a report changed, in a number of statements that does not depend on how much that is. */
export async function writeFolded(tx: Tx, sensor: number, folded: Folded, at: Instant): Promise<void> {
  const { began, ended, coverage, gaps, addresses } = folded;
  if (ended.length > 0) {
    await sql`
      UPDATE listener_interval AS held SET during = tstzrange(lower(held.during), given."to")
      FROM ${recordset(ended.map(({ key, to }) => ({ key, to: text(to) })))} AS given(key text, "to" timestamptz)
      WHERE held.sensor_id = ${sensor}::integer AND held.key = given.key AND upper_inf(held.during)`.execute(tx);
  }
  if (began.length > 0) {
    const given = began.map(({ key, listener, from, to, estimated }) => ({
      key,
      listener,
      from: text(from),
      to: to === undefined ? null : text(to),
      estimated,
    }));
    await sql`
      INSERT INTO listener_interval (sensor_id, key, listener, during, estimated)
      SELECT ${sensor}::integer, key, listener, tstzrange("from", "to"), estimated
      FROM ${recordset(given)} AS given(key text, listener jsonb, "from" timestamptz, "to" timestamptz, estimated boolean)`.execute(
      tx,
    );
  }
  for (const { from, to } of coverage) await insertCoverage(tx, sensor, from, to);
  for (const { cause, from, to } of gaps) {
    await tx
      .insertInto("sensor_gap")
      .values({ sensor_id: sensor, cause, gap_from: new Date(from), gap_to: new Date(to), recorded_at: new Date(at) })
      .execute();
  }
  for (const { from, addresses: now } of addresses) {
    await tx
      .insertInto("sensor_address")
      .values({ sensor_id: sensor, valid_from: new Date(from), addresses: JSON.stringify(now) })
      .execute();
  }
}

/** Ends what the sensor is looking through where it last looked. */
export async function endSight(tx: Tx, sensor: number): Promise<void> {
  const row = await tx
    .selectFrom("sensor")
    .select(["covered_from", "covered_until"])
    .where("id", "=", sensor)
    .executeTakeFirst();
  const [from, to] = [row?.covered_from?.getTime(), row?.covered_until?.getTime()];
  if (from === undefined || to === undefined) return;
  await sql`
    UPDATE listener_interval SET during = tstzrange(lower(during), ${text(to)}::text::timestamptz + interval '1 millisecond')
    WHERE sensor_id = ${sensor}::integer AND upper_inf(during)`.execute(tx);
  await insertCoverage(tx, sensor, from, to);
  await tx.updateTable("sensor").set({ covered_from: null, covered_until: null }).where("id", "=", sensor).execute();
}

/** What was missed of it is not missed any more: the findings keep when that began, and get when it ended. */
export async function resolveSilences(change: Change, name: string, resolution: string): Promise<Applied | undefined> {
  const vantage = hostVantage(name);
  const open = await listFindings(change.tx, { vantage, status: ["new", "unchanged", "regressed"] });
  const gone = open.flatMap(({ kind, fingerprint, subject }) =>
    kind === "coverage-gap" && subject.about === "sensor" && subject.sensor === name
      ? [{ fingerprint, resolution }]
      : [],
  );
  if (gone.length === 0) return undefined;
  return await applyFindings(change, { vantage, standing: open, gone });
}

async function insertCoverage(tx: Tx, sensor: number, from: Instant, to: Instant): Promise<void> {
  await tx
    .insertInto("sensor_coverage")
    .values({ sensor_id: sensor, covered_from: new Date(from), covered_until: new Date(to) })
    .execute();
}

function recordset(values: readonly object[]): RawBuilder<unknown> {
  return sql`jsonb_to_recordset(${JSON.stringify(values)}::text::jsonb)`;
}

function text(at: Instant): string {
  return new Date(at).toISOString();
}
