import type { Instant } from "../../model/index.ts";
import { addressSet, type AddressSet, type PortSet } from "../../scope/index.ts";
import { unreadableScan, type HostLook } from "./scan-reader.ts";

const NOTHING = { notCovered: 0, inferred: 0, portZero: 0, otherProtocol: 0 };

/** A person's statement of what was scanned, where the file does not contain it. Recorded as their claim. */
export interface ScanClaim {
  readonly ports: PortSet;
  /** Absent: the addresses that the file names. */
  readonly targets?: AddressSet | undefined;
}

/**
 * The endpoints that a claim adds to those a file lists: all others that were probed and gave no answer that the
 * scanner wrote down. They are `no-response`, which claims the least: masscan and naabu leave out refusals as well as
 * silence, so such a port may be closed, filtered, or on no host at all.
 *
 * @param listed what the file lists, by address
 * @param most addresses that a claim can cover
 */
export function* claimedLooks(
  claim: ScanClaim,
  listed: ReadonlyMap<string, PortSet>,
  boundary: AddressSet,
  during: { readonly from: Instant; readonly to: Instant },
  most: number,
): Generator<HostLook> {
  const named = [...listed.keys()].map((address) => ({ first: address, last: address }));
  const addresses = (claim.targets ?? addressSet(named)).intersect(boundary);
  if (addresses.size > most) {
    throw unreadableScan(
      `The claim is about ${addresses.size} addresses; one import can cover ${most}.`,
      "Name fewer targets, and import the scan in parts.",
      "--targets",
    );
  }
  for (let index = 0; index < addresses.size; index += 1) {
    const address = addresses.at(index);
    const answered = listed.get(address);
    const silent = answered === undefined ? claim.ports : claim.ports.subtract(answered);
    yield { address, ...during, states: new Map([["no-response", silent]]), leftOut: NOTHING };
  }
}
