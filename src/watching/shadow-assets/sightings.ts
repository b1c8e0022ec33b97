import { printable } from "../../platform/documents/index.ts";
import { addressSubject, type AddressSubject, type Deviation, type Instant } from "../../model/index.ts";
import { addressesOfClass, formatAddresses, neverTargets, unionOf, type ResolvedScope } from "../../scope/index.ts";
import type { NeighbourTable } from "./neighbour-table.ts";

/** An undeclared address, and how it was noticed. */
export interface Sighting {
  readonly deviation: Extract<Deviation, { kind: "undeclared-asset" }>;
  /** When the table was read or the name resolved. */
  readonly at: Instant;
}

/** One reading of the surroundings, with its times. */
export interface NeighbourhoodView {
  /** The scope as each vantage point sees it. */
  readonly views: readonly ResolvedScope[];
  readonly namesAt: Instant;
  /** Absent: the kernel could not be queried. */
  readonly table?: NeighbourTable | undefined;
  readonly tableAt: Instant;
}

/** More than this at once indicates a mistake in the scope rather than so many shadow assets. */
const MOST = 256;

/**
 * Addresses that answer on a link of this machine, or that a declared name leads to, and that neither are a declared
 * asset nor belong to a target that allows undeclared ones. Neighbours count if they are in a target that reports
 * undeclared assets, or in a network of this machine that contains such a target. An excluded address is known and
 * therefore not a shadow asset; neither is this machine.
 */
export function sightingsOf(looks: NeighbourhoodView): Sighting[] {
  const found = new Map<string, Sighting>();
  for (const each of [...neighbourSightings(looks), ...nameSightings(looks)]) {
    const { address } = each.deviation.subject;
    const known = found.get(address);
    if (known === undefined) found.set(address, each);
    else found.set(address, both(known, each));
    if (found.size >= MOST) break;
  }
  return [...found.values()];
}

function neighbourSightings({ views, table, tableAt }: NeighbourhoodView): Sighting[] {
  if (table === undefined) return [];
  const targets = views.flatMap((view) => view.targets);
  const declared = unionOf(views.flatMap((view) => view.declared.map(({ addresses }) => addresses)));
  const apart = unionOf([
    neverTargets,
    addressesOfClass("loopback"),
    declared,
    ...views.flatMap(({ excluded, own, thisMachine }) => [excluded, own, thisMachine]),
  ]);
  const own = unionOf(views.map((view) => view.own));
  const reporting = targets.filter(({ target }) => target.undeclared === "report");
  return table.neighbours.flatMap(({ link, address, state }): Sighting[] => {
    if (state !== "reachable" || apart.has(address)) return [];
    const within = targets.find(({ addresses }) => addresses.has(address))?.target;
    if (within?.undeclared === "allow") return [];
    const network = table.networks.find((each) => each.link === link && each.addresses.has(address))?.addresses;
    const near =
      network &&
      reporting.find(({ addresses }) => addresses.subtract(own).intersect(network).ranges.length > 0)?.target;
    const target = within ?? near;
    if (target === undefined) return [];
    const where =
      within === undefined && network !== undefined
        ? `answers on the network ${formatAddresses(network, 1)}, where target ${printable(target.name)} is, and nothing declares it`
        : `answers on its network, in target ${printable(target.name)}, and is not a declared asset`;
    return [sighting(address, `${address} ${where}`, tableAt, { target: target.name })];
  });
}

function nameSightings({ views, namesAt }: NeighbourhoodView): Sighting[] {
  const [view] = views;
  const never = unionOf([neverTargets, addressesOfClass("loopback")]);
  return (view?.names ?? []).flatMap(({ name, undeclared }) => {
    const addresses = undeclared.subtract(never);
    return Array.from({ length: Math.min(addresses.size, 16) }, (_, index) => addresses.at(index)).map((address) =>
      sighting(address, `the declared name ${name} leads to ${address}, which no target declares`, namesAt, { name }),
    );
  });
}

function sighting(
  address: string,
  summary: string,
  at: Instant,
  of: Pick<AddressSubject, "target" | "name">,
): Sighting {
  const subject = addressSubject({ ...of, address });
  return { deviation: { kind: "undeclared-asset", subject, summary, endpoints: [] }, at };
}

function both(one: Sighting, other: Sighting): Sighting {
  const [a, b] = [one.deviation, other.deviation];
  const summary = a.summary.length + b.summary.length < 600 ? `${a.summary}; ${b.summary}` : a.summary;
  const subject = { ...b.subject, ...a.subject };
  return { deviation: { ...a, subject, summary }, at: Math.min(one.at, other.at) };
}
