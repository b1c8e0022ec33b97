import { printable } from "../../platform/documents/index.ts";
import { formatInstant, type Duration, type Finding, type Instant } from "../../model/index.ts";
import type { NeighbourhoodView } from "./sightings.ts";

/** A finding about an address that nobody declared. */
export type UndeclaredFinding = Extract<Finding, { kind: "undeclared-asset" }>;

/** What was not seen for less than this may only be switched off. */
const LEAST: Duration = 3_600_000;
/** How long an address that no target declares must not have been seen. */
const ELSEWHERE: Duration = 24 * 3_600_000;

/**
 * Why an `undeclared-asset` is none any more; undefined while nothing says so. A decision ends it at once: it is declared
 * now, or excluded, or its target allows it. That it is gone takes an observation, over a time (the staleness limit of
 * its target, or a day): its name leads elsewhere, or the kernel asked for its address on a link where others answer and
 * nobody did. An entry that is missing, a name that does not resolve, and a table that cannot be read say nothing.
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
  if (views.some(({ excluded }) => excluded.has(address))) return "excluded from the scope";
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
