import { printable } from "../../platform/documents/index.ts";
import { formatInstant, type Duration, type Finding, type Instant } from "../../model/index.ts";
import type { NeighbourhoodView } from "./sightings.ts";

/** A finding about an address that nobody declared. */
export type UndeclaredFinding = Extract<Finding, { kind: "undeclared-asset" }>;

/** An address unseen for less time than this may belong to a machine that is only switched off. */
const LEAST: Duration = 3_600_000;
/** The same for an address that no target declares: it has no staleness limit. */
const ELSEWHERE: Duration = 24 * 3_600_000;

/**
 * Why an address is no longer an `undeclared-asset`; undefined as long as nothing shows it. A decision ends it at once:
 * the address is declared now, or its target allows it. (Excluded, it leaves the scope: operations/leave-scope.ts.) Its disappearance takes observations over a time
 * (the staleness limit of its target, or a day): its name leads elsewhere, or the kernel queried its address on a link
 * where others answer and nobody did. A missing entry, a name that does not resolve and a table that cannot be read
 * prove nothing.
 */
export function goneFor(
  { subject, lastSeenAt }: UndeclaredFinding,
  looks: NeighbourhoodView,
  now: Instant,
): string | undefined {
  const { address, name } = subject;
  const { views, table } = looks;
  const asset = views.flatMap(({ declared }) => declared).find(({ addresses }) => addresses.has(address));
  if (asset !== undefined) return `declared as asset ${printable(asset.asset.name)}`;
  const target = views.flatMap(({ targets }) => targets).find(({ addresses }) => addresses.has(address));
  if (target?.target.undeclared === "allow") return `target ${printable(target.target.name)} allows undeclared assets`;
  const enough = target === undefined ? ELSEWHERE : Math.max(LEAST, target.systemType.staleness);
  if (now - lastSeenAt < enough) return undefined;
  const since = `since ${formatInstant(lastSeenAt)}`;
  if (name !== undefined) {
    const looked = views[0]?.names.find((each) => each.name === name);
    const leadsElsewhere = looked?.addresses !== undefined && !looked.addresses.has(address);
    return leadsElsewhere ? `${name} has not led there ${since}` : undefined;
  }
  const entries = table?.neighbours.filter((each) => each.address === address) ?? [];
  const linkWorks = (link: number): boolean =>
    table?.neighbours.some((each) => each.link === link && each.state === "reachable") ?? false;
  const isSilent = entries.length > 0 && entries.every(({ state, link }) => state === "unreachable" && linkWorks(link));
  return isSilent ? `nobody on its network has answered for ${address} ${since}` : undefined;
}
