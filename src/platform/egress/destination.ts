import ipaddr from "ipaddr.js";

/** The judgement of one address: whether an outgoing call may connect to it. */
export type Destination = { readonly allowed: true } | { readonly allowed: false; readonly problem: string };

const GLOBAL_UNICAST = ipaddr.IPv6.parse("2000::");

/** Ranges that no configuration opens: they address nobody, or everybody. */
const NEVER = new Set(["unspecified", "multicast", "broadcast"]);

/**
 * May a call to `host` connect to `address`? Public addresses, always. Any other one (loopback, private, link-local,
 * carrier-grade NAT, documentation) only if `allow` names it: the host by its name, or the address by itself or its
 * network. Addresses that carry an IPv4 address (mapped, NAT64, 6to4) are judged by that one.
 */
export function destination(host: string, address: string, allow: readonly string[]): Destination {
  const refused = (problem: string): Destination => ({ allowed: false, problem });
  if (!ipaddr.isValid(address)) return refused(`${host} has the address ${address}, which is not valid`);
  const meant = carried(ipaddr.parse(address));
  const range = rangeOf(meant);
  const shown = host === address ? address : `${host} has the address ${address}`;
  if (NEVER.has(range)) return refused(`${shown}, and a ${range} address belongs to no server`);
  if (range === "unicast" || allow.some((each) => names(each, host, meant))) return { allowed: true };
  return refused(`${shown}, which is not public (${range}) and is not listed in egress.allow`);
}

/** Of IPv6, only 2000::/3 is routed by anybody; the deprecated ::10.0.0.1 carries an IPv4 address as well. */
function rangeOf(address: ipaddr.IPv4 | ipaddr.IPv6): string {
  const range = address.range();
  const isRouted = address instanceof ipaddr.IPv4 || address.match(GLOBAL_UNICAST, 3);
  return range === "unicast" && !isRouted ? "reserved" : range;
}

function carried(address: ipaddr.IPv4 | ipaddr.IPv6): ipaddr.IPv4 | ipaddr.IPv6 {
  if (address instanceof ipaddr.IPv4) return address;
  const bytes = address.toByteArray();
  switch (address.range()) {
    case "ipv4Mapped":
    case "rfc6052":
    case "rfc6145":
      return new ipaddr.IPv4(bytes.slice(12));
    case "6to4":
      return new ipaddr.IPv4(bytes.slice(2, 6));
    default:
      return address;
  }
}

function names(allowed: string, host: string, address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  if (ipaddr.isValidCIDR(allowed)) {
    const [network, bits] = ipaddr.parseCIDR(allowed);
    return network.kind() === address.kind() && address.match(network, bits);
  }
  if (ipaddr.isValid(allowed)) return ipaddr.process(allowed).toNormalizedString() === address.toNormalizedString();
  return allowed.toLowerCase() === host.toLowerCase();
}
