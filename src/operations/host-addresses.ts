import { addressClass, addressSet, canonicalAddress, type AddressSet } from "../scope/index.ts";

/**
 * Where a machine can be reached by what its sensor says: its loopback is not this machine's, and a link-local address
 * means another machine on every link.
 */
export function hostAddresses(addresses: readonly string[]): AddressSet {
  return addressSet(
    addresses.flatMap((text) => {
      const address = canonicalAddress(text);
      if (address === undefined) return [];
      const kind = addressClass(address);
      return kind === "private" || kind === "public" ? [{ first: address, last: address }] : [];
    }),
  );
}
