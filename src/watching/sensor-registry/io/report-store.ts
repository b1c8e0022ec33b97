import type { Selectable } from "kysely";
import { OPEN_STATUSES } from "../../../model/index.ts";
import type { Change } from "../../../record/change/index.ts";
import { applyFindings, listFindings, type Applied } from "../../../judgement/findings/index.ts";
import type { Tables, Tx } from "../../../platform/storage/index.ts";
import type { AddressChange } from "../said.ts";
import { hostVantage } from "../vantage.ts";

export type SensorRow = Selectable<Tables["sensor"]>;

/** The addresses of the machine that the record holds. */
export async function heldAddresses(tx: Tx, sensor: number): Promise<readonly string[]> {
  const place = await tx
    .selectFrom("sensor_address")
    .select("addresses")
    .where("sensor_id", "=", sensor)
    .orderBy("valid_from", "desc")
    .limit(1)
    .executeTakeFirst();
  return place?.addresses ?? [];
}

export async function writeAddresses(tx: Tx, sensor: number, changes: readonly AddressChange[]): Promise<void> {
  if (changes.length === 0) return;
  await tx
    .insertInto("sensor_address")
    .values(
      changes.map(({ from, addresses }) => ({
        sensor_id: sensor,
        valid_from: new Date(from),
        addresses: JSON.stringify(addresses),
      })),
    )
    .execute();
}

/** Resolves the findings about a sensor's silence: they keep when it began and get when it ended. */
export async function resolveSilences(change: Change, name: string, resolution: string): Promise<Applied | undefined> {
  const vantage = hostVantage(name);
  const open = await listFindings(change.tx, { vantage, status: OPEN_STATUSES });
  const gone = open.flatMap(({ kind, fingerprint, subject }) =>
    kind === "coverage-gap" && subject.about === "sensor" && subject.sensor === name
      ? [{ fingerprint, resolution }]
      : [],
  );
  if (gone.length === 0) return undefined;
  return await applyFindings(change, { vantage, standing: open, gone });
}
