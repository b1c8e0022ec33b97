import { formatInstant } from "../../../model/index.ts";
import { binding, type Binding, type Claim } from "../../../record/evidence/index.ts";
import { STATED_EVERY } from "./state-watch.ts";

/** The sensors themselves: their invitations, keys, machines, clocks and addresses. */
export const sensorBindings: readonly Binding[] = [
  binding({
    table: "sensor_invitation",
    types: ["sensor-invited", "sensor-enrolled", "sensor-revoked"],
    key: ["id"],
    columns: {
      name: "name",
      tokenSha256: "token_sha256",
      requestedBy: "requested_by",
      createdAt: "created_at",
      expiresAt: "expires_at",
      usedAt: "used_at",
    },
    states(entry): Claim[] {
      switch (entry.type) {
        case "sensor-invited": {
          const { invitation, name, tokenSha256, requestedBy, expiresAt } = entry.data;
          if (invitation === undefined) return [];
          const fields = { name, tokenSha256, requestedBy, createdAt: entry.at, expiresAt, usedAt: null };
          return [{ row: invitationOf(invitation), fields }];
        }
        case "sensor-enrolled": {
          const { invitation } = entry.data;
          return invitation === undefined ? [] : [{ row: invitationOf(invitation), fields: { usedAt: entry.at } }];
        }
        case "sensor-revoked":
          return (entry.data.invitations ?? []).map((id) => ({
            row: invitationOf(id),
            fields: { expiresAt: entry.at },
          }));
      }
    },
    async *rows(db) {
      for (const row of await db.selectFrom("sensor_invitation").selectAll().orderBy("id").execute()) {
        yield {
          row: invitationOf(row.id),
          fields: {
            name: row.name,
            tokenSha256: row.token_sha256,
            requestedBy: row.requested_by,
            createdAt: instant(row.created_at),
            expiresAt: instant(row.expires_at),
            usedAt: instant(row.used_at),
          },
        };
      }
    },
  }),
  binding({
    table: "sensor",
    types: [
      ...(["sensor-enrolled", "sensor-described", "sensor-watched"] as const),
      ...(["listeners-changed", "sensor-revoked", "sensor-set-back"] as const),
    ],
    always: true,
    key: ["id"],
    columns: {
      name: "name",
      invitation: "invitation_id",
      keyId: "key_id",
      publicKey: "public_key",
      host: "host",
      platform: "platform",
      version: "version",
      enrolledAt: "enrolled_at",
      revokedAt: "revoked_at",
      journal: "journal",
      reportedAt: ["reported_at", "stated_at"],
      intervalMilliseconds: "interval_ms",
      skewMilliseconds: "skew_ms",
      skewUncertainty: "skew_uncertainty_ms",
      skewAt: "skew_at",
      source: "source_id",
      taken: ["stated_taken", "taken"],
    },
    needsNone: {
      run: "it orders the requests of a sensor, so that none is taken twice, and no answer shows it",
      exchange: "it orders the requests of a sensor, so that none is taken twice, and no answer shows it",
    },
    states(entry): Claim[] {
      switch (entry.type) {
        case "sensor-enrolled": {
          const { sensor, name, keyId, publicKey, host, platform, version, invitation, source } = entry.data;
          const fields = { name, keyId, publicKey, platform, enrolledAt: entry.at };
          // Before invitations were named, reports could change the host and the version without an entry.
          const later = invitation === undefined ? {} : { invitation, source, host, version };
          return [{ row: sensorOf(sensor), fields: { ...fields, ...later } }];
        }
        case "sensor-described": {
          const { sensor, reportedAt, host, version, intervalMilliseconds, journal, skew } = entry.data;
          const measured =
            skew === undefined
              ? {}
              : { skewMilliseconds: skew.milliseconds, skewUncertainty: skew.uncertainty, skewAt: reportedAt };
          const fields = { reportedAt, host, version, intervalMilliseconds, journal, ...measured };
          return [{ row: sensorOf(sensor), fields }];
        }
        case "sensor-watched": {
          const { sensor, reportedAt } = entry.data;
          return [{ row: sensorOf(sensor), fields: { reportedAt } }];
        }
        case "listeners-changed": {
          const { sensor, taken } = entry.data;
          return taken === undefined ? [] : [{ row: sensorOf(sensor), fields: { taken } }];
        }
        case "sensor-revoked": {
          const { sensor } = entry.data;
          return sensor === undefined ? [] : [{ row: sensorOf(sensor), fields: { revokedAt: entry.at } }];
        }
        case "sensor-set-back": {
          const { sensor, reportedAt, enrolledAt } = entry.data;
          return [{ row: sensorOf(sensor), fields: { reportedAt, enrolledAt } }];
        }
      }
    },
    async *rows(db) {
      for (const row of await db.selectFrom("sensor").selectAll().orderBy("id").execute()) {
        yield {
          row: sensorOf(row.id),
          fields: {
            name: row.name,
            invitation: row.invitation_id,
            keyId: row.key_id,
            publicKey: Buffer.from(row.public_key).toString("base64"),
            host: row.host,
            platform: row.platform,
            version: row.version,
            enrolledAt: instant(row.enrolled_at),
            revokedAt: instant(row.revoked_at),
            journal: row.journal,
            reportedAt: instant(asStated(row.reported_at, row.stated_at, row.stated_at)),
            intervalMilliseconds: row.interval_ms,
            skewMilliseconds: row.skew_ms,
            skewUncertainty: row.skew_uncertainty_ms,
            skewAt: instant(row.skew_at),
            source: row.source_id,
            // Records that change nothing may have been taken since.
            taken: row.stated_taken === null ? null : Math.min(row.stated_taken, row.taken),
          },
        };
      }
    },
  }),
  binding({
    table: "sensor_journal",
    types: ["sensor-described"],
    key: ["sensor_id", "journal"],
    columns: { begunAt: "begun_at" },
    states: ({ data: { sensor, journal, reportedAt } }) =>
      journal === undefined ? [] : [{ row: journalOf(sensor, journal), fields: { begunAt: reportedAt } }],
    async *rows(db) {
      const rows = await db.selectFrom("sensor_journal").selectAll().orderBy("sensor_id").orderBy("journal").execute();
      for (const { sensor_id: sensor, journal, begun_at: at } of rows) {
        yield { row: journalOf(sensor, journal), fields: { begunAt: instant(at) } };
      }
    },
  }),
  binding({
    table: "sensor_clock",
    types: ["sensor-described", "sensor-set-back"],
    key: ["sensor_id", "clock"],
    columns: { zero: "zero", measuredAt: "measured_at" },
    states(entry): Claim[] {
      const { sensor } = entry.data;
      switch (entry.type) {
        case "sensor-described": {
          const { clock, reportedAt } = entry.data;
          return [{ row: clockOf(sensor, clock.name), fields: { zero: clock.zero, measuredAt: reportedAt } }];
        }
        case "sensor-set-back":
          return entry.data.clocks.map((name) => ({ row: clockOf(sensor, name), fields: "gone" }));
      }
    },
    async *rows(db) {
      const rows = await db.selectFrom("sensor_clock").selectAll().orderBy("sensor_id").orderBy("clock").execute();
      for (const { sensor_id: sensor, clock, zero, measured_at: at } of rows) {
        yield { row: clockOf(sensor, clock), fields: { zero: instant(zero), measuredAt: instant(at) } };
      }
    },
  }),
  binding({
    table: "sensor_address",
    types: ["sensor-addresses-changed", "sensor-set-back"],
    key: ["sensor_id", "valid_from"],
    columns: { addresses: "addresses" },
    states(entry): Claim[] {
      const { sensor } = entry.data;
      switch (entry.type) {
        case "sensor-addresses-changed":
          return entry.data.changes.map(([from, addresses]) => ({
            row: addressesOf(sensor, from),
            fields: { addresses },
          }));
        case "sensor-set-back":
          return entry.data.addresses.map((from) => ({ row: addressesOf(sensor, from), fields: "gone" }));
      }
    },
    async *rows(db) {
      const rows = await db
        .selectFrom("sensor_address")
        .selectAll()
        .orderBy("sensor_id")
        .orderBy("valid_from")
        .execute();
      for (const { sensor_id: sensor, valid_from: from, addresses } of rows) {
        yield { row: addressesOf(sensor, formatInstant(from.getTime())), fields: { addresses } };
      }
    },
  }),
];

/** Reports clocks of processes that differ, and many records placed at one instant, may bring this much more. */
const MARGIN = 60_000;

/**
 * A time that moves with every report, as an entry states it: between two entries it may be newer than what is stated,
 * up to an hour after the last of them. Any other time is the row's own.
 */
export function asStated(at: Date | null, stated: Date | null, statedAt: Date | null): Date | null {
  if (at === null || stated === null || statedAt === null) return at;
  return at >= stated && at.getTime() <= statedAt.getTime() + STATED_EVERY + MARGIN ? stated : at;
}

export function instant(at: Date | null): string | null {
  return at === null ? null : formatInstant(at.getTime());
}

export function sensorOf(id: number): string {
  return `sensor ${id}`;
}

function invitationOf(id: number): string {
  return `the invitation ${id} of a sensor`;
}

function journalOf(sensor: number, journal: string): string {
  return `the journal ${journal} of sensor ${sensor}`;
}

function clockOf(sensor: number, clock: string): string {
  return `the clock ${clock} of sensor ${sensor}`;
}

function addressesOf(sensor: number, from: string): string {
  return `the addresses of sensor ${sensor} from ${from}`;
}
