import { formatInstant, type CompensatingEvidence } from "../model/index.ts";
import type { Db } from "../platform/storage/index.ts";
import { sourcesTrueIn } from "../proof/boundary/index.ts";
import { scannedEvidence, watchedEvidence, type KnownPart } from "../proof/gaps/index.ts";
import { knownIn } from "../record/history/index.ts";
import { addressSet, unionOf } from "../scope/index.ts";
import { sensorsDuring } from "../watching/sensor-registry/index.ts";
import { scanningVantages } from "../watching/sweeps/index.ts";
import type { FoundGap } from "./gap-at.ts";

/** Entries of one kind of source, at most. */
const MOST = 50;

/**
 * What other sources knew of the subject of a gap while it lasted: computed from the record, with nothing that anybody
 * typed. Addresses and ports count as each version of the scope had them.
 */
export async function compensating(db: Db, gap: FoundGap): Promise<CompensatingEvidence[]> {
  const parts = gap.views.map(({ from, to, view }) => ({
    from: Math.max(from, gap.from),
    to: Math.min(to, gap.to),
    view,
  }));
  const found: (CompensatingEvidence | undefined)[] = [];
  for (const { name, imported } of await scanningVantages(db)) {
    const known: KnownPart[] = [];
    for (const { from, to, view } of parts) {
      const [part] = await knownIn(db, { from, to, vantage: name, assets: [view] });
      if (part !== undefined) known.push({ from, to, ...part });
    }
    const kind = name === gap.vantage ? "same-vantage-point" : imported ? "import" : "vantage-point";
    found.push(scannedEvidence(kind, name, known));
  }
  const addresses = unionOf(parts.map(({ view }) => view.addresses));
  for (const sensor of (await sensorsDuring(db, gap)).slice(0, MOST)) {
    const own = addresses.intersect(setOf(sensor.addresses));
    const share = addresses.size === 0 ? 0 : own.size / addresses.size;
    found.push(watchedEvidence(sensor.name, gap, sensor.watched, share));
  }
  for (const source of (await sourcesTrueIn(db, gap)).slice(0, MOST)) {
    found.push(listedEvidence(source, addresses.size, addresses.intersect(setOf(source.addresses)).size));
  }
  return found.filter((each) => each !== undefined);
}

function listedEvidence(
  { name, asOf }: { readonly name: string; readonly asOf: number },
  all: number,
  listed: number,
): CompensatingEvidence | undefined {
  if (listed === 0) return undefined;
  const at = formatInstant(asOf);
  return {
    kind: "boundary-source",
    name,
    endpoints: Math.floor((listed / all) * 1_000_000) / 1_000_000,
    from: at,
    to: at,
  };
}

function setOf(addresses: readonly string[]) {
  return addressSet(addresses.map((address) => ({ first: address, last: address })));
}
