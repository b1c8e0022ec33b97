import type { ReportBody, ReportedListener, SensorGateway } from "../../../contract/index.ts";
import { isAhead, recordChange, refuseWhileAhead, type Change } from "../../../record/change/index.ts";
import { takeIn, type ValueChange, type WatchFold } from "../../../record/history/index.ts";
import type { Applied } from "../../../judgement/findings/index.ts";
import { Fault, formatInstant, type Instant } from "../../../model/index.ts";
import { claimedKey, isSignedBy } from "../../../sensing/sensor-agent/index.ts";
import type { Tx } from "../../../platform/storage/index.ts";
import { reportEntries } from "../entries.ts";
import { placeMoment, type ClockComparison } from "../placing.ts";
import { addressChanges, saidBy, type PlacedRecord } from "../said.ts";
import { addressEntries, watchEntries } from "../watch-entries.ts";
import { compareWithRecord, describeSensor } from "./describe-sensor.ts";
import { enrolSensor, type EnrolmentDeps } from "./enrolment.ts";
import { heldAddresses, resolveSilences, writeAddresses, type SensorRow } from "./report-store.ts";
import { isStatementDue, stateWatch } from "./state-watch.ts";
import { isTold, refuseUnstated } from "./taken-records.ts";

/** The listeners that appeared or ended on a machine, and where they can be reached. */
export interface ChangedListeners {
  readonly sensor: string;
  readonly listeners: readonly ReportedListener[];
  readonly addresses: readonly string[];
}

export interface SensorGatewayDeps extends EnrolmentDeps {
  /** Called after it is in the record. */
  onChanged(changed: ChangedListeners): void;
  onFindings(applied: Applied): void;
}

const COPIED =
  "Stop the copy and revoke this sensor. On each machine, remove the directory sensor from PORTOLAN_HOME and enrol it again. A disk that was restored to an older state needs the same.";

/** The server's side of the sensor protocol. A report is one transaction: the record gets all of it or nothing. */
export function createSensorGateway(deps: SensorGatewayDeps): SensorGateway {
  const { store, clock } = deps;
  return {
    async admit(request) {
      const claimed = claimedKey(request);
      const sensor =
        claimed === undefined
          ? undefined
          : await store.db
              .selectFrom("sensor")
              .select(["id", "public_key", "revoked_at"])
              .where("key_id", "=", claimed)
              .executeTakeFirst();
      if (sensor === undefined || !isSignedBy(request, sensor.public_key)) {
        throw new Fault("unauthorized", "No sensor is enrolled here with the key that signed this request.", {
          next: "Remove the directory sensor from PORTOLAN_HOME on that machine and enrol it: portolan sensors enrol NAME on the server, then portolan sensor with the token there.",
        });
      }
      if (sensor.revoked_at !== null) throw revoked();
      return sensor.id;
    },

    enrol: (body, request) => enrolSensor(deps, body, request),

    async report(id, body, receivedAt = clock.now()) {
      const taken = await recordChange(deps, receivedAt, async (change) => {
        const report = await takeReport(change, id, body);
        // It waited for the record, and is undone: it would be dated after the step.
        refuseMisdated(receivedAt, clock.now());
        return report;
      });
      const { folded, addresses, name, resolved } = taken;
      if (folded.changes.length > 0) {
        deps.onChanged({ sensor: name, listeners: listenersOf(folded.changes), addresses });
      }
      if (resolved !== undefined) deps.onFindings(resolved);
      return {
        schema: "portolan.sensor-report/1",
        taken: taken.last,
        at: formatInstant(receivedAt),
        ...(folded.watch.covered === undefined ? { wants: "begin" as const } : {}),
      };
    },
  };
}

interface Taken {
  readonly folded: WatchFold<ReportedListener>;
  /** The machine's addresses, as the record has them now. */
  readonly addresses: readonly string[];
  readonly name: string;
  /** The last number in the record by now. */
  readonly last: number;
  readonly resolved: Applied | undefined;
}

async function takeReport(change: Change, id: number, body: ReportBody): Promise<Taken> {
  const { tx, at: receivedAt } = change;
  await refuseWhileAhead(change);
  const sensor = await locked(tx, id);
  const { name } = sensor;
  const before = await lastTaken(tx, sensor, body, receivedAt);
  await refuseUnstated(tx, { id, taken: before }, body.records);
  const compared = await compareWithRecord(tx, sensor, body, receivedAt);
  const { clocks } = compared;
  const records = recordsAfter(before, body, clocks);
  const until = body.until === undefined ? undefined : placeMoment(body.until, clocks);
  const said = saidBy(records);
  const folded = await takeIn<ReportedListener>(change, {
    source: { kind: "sensor", id: sensor.source_id },
    said: said.map((each) => each.said),
    until: until?.at,
    recordedAt: receivedAt,
  });
  const held = await heldAddresses(tx, id);
  const moved = addressChanges(said, folded.counted, held);
  await writeAddresses(tx, id, moved);
  const last = records.at(-1)?.record.seq ?? before;
  const statedAt = sensor.stated_at?.getTime();
  const isDue = folded.watch.covered === undefined && isStatementDue(statedAt, receivedAt);
  const isDescribed = await describeSensor(change, sensor, body, { ...compared, isDue });
  change.append(...addressEntries(sensor, moved, receivedAt), ...watchEntries(sensor, folded, receivedAt));
  const numbers = [records[0]?.record.seq ?? last, last] as const;
  const isStated = sensor.journal !== body.journal || records.some(({ record }) => isTold(record));
  change.append(...reportEntries(sensor, folded, { records: numbers, isStated, skew: clocks.skew }, receivedAt));
  const wasLooking = until !== undefined && folded.gaps.length === 0;
  const again = `the sensor reported again${wasLooking ? "; it had been looking all the time" : ""}`;
  const resolved = await resolveSilences(change, name, again);
  await tx
    .updateTable("sensor")
    .set({
      taken: last,
      ...(isStated ? { stated_taken: last } : {}),
      run: body.run,
      exchange: body.exchange,
      reported_at: new Date(receivedAt),
    })
    .where("id", "=", id)
    .execute();
  await stateWatch(change, { id, name, sourceId: sensor.source_id, statedAt }, folded, isDescribed);
  return { folded, addresses: moved.at(-1)?.addresses ?? held, name, last, resolved };
}

/** @throws Fault `store-unavailable`, which passes: the sensor sends its report again */
function refuseMisdated(receivedAt: Instant, now: Instant): void {
  if (!isAhead(receivedAt, now)) return;
  throw new Fault("store-unavailable", "The clock of the server was set back while it recorded the report.", {
    next: "There is nothing to do: the sensor sends the report again.",
  });
}

function listenersOf(changes: readonly ValueChange<ReportedListener>[]): ReportedListener[] {
  return changes.map(({ value }) => value);
}

async function locked(tx: Tx, id: number): Promise<SensorRow> {
  const sensor = await tx.selectFrom("sensor").selectAll().where("id", "=", id).forUpdate().executeTakeFirst();
  if (sensor === undefined || sensor.revoked_at !== null) throw revoked();
  return sensor;
}

/**
 * The last number of this journal in the record. Requests of one journal have increasing numbers. A request that is not
 * later than the last comes from a copy of the sensor, or is an old one sent again.
 */
async function lastTaken(tx: Tx, sensor: SensorRow, body: ReportBody, at: Instant): Promise<number> {
  if (sensor.journal === body.journal) {
    if (body.run > sensor.run || (body.run === sensor.run && body.exchange > sensor.exchange)) return sensor.taken;
    throw new Fault("conflict", "A later report of this sensor is already in the record.", { next: COPIED });
  }
  const begun = await tx
    .insertInto("sensor_journal")
    .values({ sensor_id: sensor.id, journal: body.journal, begun_at: new Date(at) })
    .onConflict((conflict) => conflict.doNothing())
    .returning("journal")
    .executeTakeFirst();
  if (begun === undefined) {
    throw new Fault("conflict", "This sensor has since begun another journal.", { next: COPIED });
  }
  return 0;
}

/**
 * Skips records that the server already has. A missing record interrupts the coverage that it would have belonged to.
 */
function recordsAfter(taken: number, body: ReportBody, clocks: ClockComparison): PlacedRecord[] {
  let expected = taken + 1;
  const records: PlacedRecord[] = [];
  for (const record of body.records) {
    if (record.seq < expected) continue;
    records.push({ record, placed: placeMoment(record.at, clocks), afterHole: record.seq > expected });
    expected = record.seq + 1;
  }
  return records;
}

function revoked(): Fault {
  return new Fault("forbidden", "This sensor was revoked: its key is no longer accepted.", {
    next: "If the machine should report again, remove the directory sensor from PORTOLAN_HOME there and enrol it: portolan sensors enrol NAME",
  });
}
