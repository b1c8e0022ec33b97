import { unionOf, type AddressSet } from "./address-set.ts";
import { literalSet, type ResolvedScope } from "./resolve.ts";
import { parseTarget } from "./target.ts";

export interface ExcludedAddresses {
  readonly addresses: AddressSet;
  readonly reason: string;
}

/** Each exclusion of the scope with the addresses that it names, in the order of the document. */
export function exclusionsOf({
  scope,
  thisMachine,
}: Pick<ResolvedScope, "scope" | "thisMachine">): ExcludedAddresses[] {
  return scope.exclusions.map(({ addresses, reason }) => ({
    addresses: unionOf(addresses.map((text) => literalSet(parseTarget(text), thisMachine))),
    reason,
  }));
}
