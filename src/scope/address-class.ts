import { Fault } from "../model/index.ts";
import { quoted } from "../platform/documents/index.ts";
import { MAX_IPV4, MAX_IPV6 } from "./address.ts";
import { addressSet, emptyAddressSet, fromSpans, type AddressRange, type AddressSet } from "./address-set.ts";

/**
 * The purpose of an address, as far as the guard cares:
 *
 * - `loopback`: 127.0.0.0/8, ::1
 * - `private`: RFC 1918, RFC 4193 (fc00::/7), RFC 6598 (100.64.0.0/10)
 * - `link-local`: RFC 3927 (169.254.0.0/16), fe80::/10
 * - `multicast`: 224.0.0.0/4, ff00::/8
 * - `broadcast`: 255.255.255.255
 * - `unspecified`: 0.0.0.0, ::
 * - `reserved`: the rest of 0.0.0.0/8 ("this network") and of 240.0.0.0/4, and the deprecated ::/96
 * - `public`: everything else, documentation and benchmark blocks too: they are routed somewhere by somebody's mistake
 */
export type AddressClass =
  "loopback" | "private" | "link-local" | "public" | "multicast" | "broadcast" | "unspecified" | "reserved";

type SpecialClass = Exclude<AddressClass, "public">;

const SPECIAL: Readonly<Record<SpecialClass, readonly AddressRange[]>> = {
  loopback: [
    { first: "127.0.0.0", last: "127.255.255.255" },
    { first: "::1", last: "::1" },
  ],
  private: [
    { first: "10.0.0.0", last: "10.255.255.255" },
    { first: "100.64.0.0", last: "100.127.255.255" },
    { first: "172.16.0.0", last: "172.31.255.255" },
    { first: "192.168.0.0", last: "192.168.255.255" },
    { first: "fc00::", last: "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
  ],
  "link-local": [
    { first: "169.254.0.0", last: "169.254.255.255" },
    { first: "fe80::", last: "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
  ],
  multicast: [
    { first: "224.0.0.0", last: "239.255.255.255" },
    { first: "ff00::", last: "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
  ],
  broadcast: [{ first: "255.255.255.255", last: "255.255.255.255" }],
  unspecified: [
    { first: "0.0.0.0", last: "0.0.0.0" },
    { first: "::", last: "::" },
  ],
  reserved: [
    { first: "0.0.0.1", last: "0.255.255.255" },
    { first: "240.0.0.0", last: "255.255.255.254" },
    { first: "::2", last: "::ffff:ffff" },
  ],
};

const SPECIAL_CLASSES = Object.keys(SPECIAL) as SpecialClass[];

const everything = fromSpans([[0, MAX_IPV4]], [[0n, MAX_IPV6]]);

const specialSets = new Map<SpecialClass, AddressSet>(SPECIAL_CLASSES.map((name) => [name, addressSet(SPECIAL[name])]));

const publicAddresses = [...specialSets.values()].reduce((rest, set) => rest.subtract(set), everything);

/** All addresses of a class. */
export function addressesOfClass(name: AddressClass): AddressSet {
  return name === "public" ? publicAddresses : (specialSets.get(name) ?? emptyAddressSet);
}

/** @throws Fault `config-invalid` for text that is not an address */
export function addressClass(address: string): AddressClass {
  for (const name of SPECIAL_CLASSES) {
    if (addressesOfClass(name).has(address)) return name;
  }
  if (publicAddresses.has(address)) return "public";
  throw new Fault("config-invalid", `${quoted(address)} is not an IP address`, {
    next: "Give a dotted quad (192.0.2.1) or an IPv6 address (2001:db8::1) without a zone.",
  });
}

/** Addresses that no scope can declare and no authorization can allow, with the reason, in plain words. */
export interface NeverTarget {
  readonly addresses: AddressSet;
  readonly reason: string;
}

const ipv6LinkLocal = addressSet([{ first: "fe80::", last: "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff" }]);

export const NEVER_TARGETS: readonly NeverTarget[] = [
  { addresses: addressesOfClass("multicast"), reason: "a multicast address, which stands for a group of hosts" },
  {
    addresses: addressesOfClass("broadcast"),
    reason: "the broadcast address, which every host on the network answers",
  },
  { addresses: addressesOfClass("unspecified"), reason: "the unspecified address, which is not a host" },
  { addresses: addressesOfClass("reserved"), reason: "a reserved address, which no host can have" },
  { addresses: ipv6LinkLocal, reason: "an IPv6 link-local address, which means another host on every interface" },
];

/** The union of {@link NEVER_TARGETS}. */
export const neverTargets: AddressSet = NEVER_TARGETS.reduce(
  (all, { addresses }) => all.union(addresses),
  emptyAddressSet,
);
