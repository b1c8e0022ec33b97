import type { Selector } from "../../model/index.ts";
import { parseTarget, unionOf, type AddressSet } from "../../scope/index.ts";

/** What a selector is matched against: a declared asset, or the undeclared hosts of a target, which have no name. */
export interface Selected {
  readonly name?: string | undefined;
  readonly systemType: string;
  readonly tags: readonly string[];
  readonly addresses: AddressSet;
}

/** Whether a selector matches any address of an asset or of the undeclared hosts of a target. */
export function createSelects({ asset, tag, systemType, cidr }: Selector): (selected: Selected) => boolean {
  const block = cidr === undefined ? undefined : blockOf(cidr);
  return (selected) =>
    (asset === undefined || selected.name === asset) &&
    (tag === undefined || selected.tags.includes(tag)) &&
    (systemType === undefined || selected.systemType === systemType) &&
    (block === undefined || selected.addresses.intersect(block).ranges.length > 0);
}

/** The schema lets only blocks pass; a stored one that cannot be parsed selects nothing. */
export function blockOf(cidr: string): AddressSet {
  try {
    const target = parseTarget(cidr);
    return target.kind === "addresses" ? target.set : unionOf([]);
  } catch {
    return unionOf([]);
  }
}
