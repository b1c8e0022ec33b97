import type { ReportedListener, SensorMoment, SensorRecord } from "../../contract/index.ts";
import type { Listener } from "../listeners/index.ts";

/** Why observation has to start again. */
export type SightLost = Extract<SensorRecord, { kind: "begin" }>["cause"];

type Without<T, Key extends PropertyKey> = T extends unknown ? Omit<T, Key> : never;
/** A record before the journal has numbered it. */
export type NewRecord = Without<SensorRecord, "seq">;

/** The reported facts of a listener: all except its process number, which differs after each restart. */
export function toReported(listener: Listener): ReportedListener {
  const told: { -readonly [Key in keyof Listener]?: Listener[Key] } = { ...listener };
  delete told.pid;
  delete told.bind;
  // A zone (fe80::1%en0, RFC 4007) means something on that machine alone.
  return { ...told, ...place(listener) };
}

function place({ transport, address, port }: Listener) {
  return { transport, address: address.replace(/%.*$/, ""), port };
}

/** The change between two observations, or undefined if there is none. */
export function changeRecord(
  before: ReadonlyMap<string, ReportedListener>,
  after: ReadonlyMap<string, ReportedListener>,
  at: SensorMoment,
): NewRecord | undefined {
  const appeared = [...after].flatMap(([key, each]) => (before.has(key) ? [] : [each]));
  const vanished = [...before].flatMap(([key, each]) => (after.has(key) ? [] : [each]));
  return appeared.length + vanished.length === 0 ? undefined : { kind: "change", at, appeared, vanished };
}
