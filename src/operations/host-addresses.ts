import { addressClass, addressSet, canonicalAddress, type AddressSet } from "../scope/index.ts";

/**
 * The addresses at which a machine can be reached, from its sensor's report. Its loopback is not this machine's, and a
 * link-local address means a different machine on every link.
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
