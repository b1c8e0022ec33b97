import { MOST_LIVES } from "../contract/index.ts";
import { Fault, type Instant } from "../model/index.ts";
import type { Db } from "../platform/storage/index.ts";
import { addressSet, assetAddressesUntil, formatAddress, parseAddress, type AddressSet } from "../scope/index.ts";

/** The address itself, or all that an asset of this name had until an instant. */
export async function addressesOfHost(db: Db, host: string, until: Instant): Promise<AddressSet> {
  const parsed = parseAddress(host);
  if (parsed !== undefined) {
    const address = formatAddress(parsed);
    return addressSet([{ first: address, last: address }]);
  }
  const addresses = await assetAddressesUntil(db, host, until);
  if (addresses.size === 0) {
    throw new Fault("not-found", `${JSON.stringify(host)} is neither an address nor an asset that had one by then.`, {
      next: "Give an address, or the name of an asset: portolan at now lists them.",
    });
  }
  if (addresses.size <= MOST_LIVES) return addresses;
  throw new Fault(
    "config-invalid",
    `${host} has ${addresses.size} addresses, and an answer has at most ${MOST_LIVES}.`,
    {
      next: "Give one of its addresses.",
    },
  );
}
