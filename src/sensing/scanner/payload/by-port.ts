import { asfPing, ipmi, snmpV1, snmpV2c, snmpV3 } from "./management.ts";
import { type Payload, zeros } from "./bytes.ts";
import { memcached, nfs, portmapper, rdp, sip, sqlServerBrowser, ssdp, stun, tftp, xdmcp } from "./calls.ts";
import { cldap, kerberos } from "./directory.ts";
import { dns, multicastDns, netbiosName } from "./names.ts";
import { bacnet, coap, dtls, natPmp, ntp, quic, rip } from "./network.ts";
import { behindMarker, gtpV1, gtpV2, ikeV1, ikeV2, l2tp, openVpn } from "./tunnels.ts";

/** The requests for a UDP port. */
export interface PortPayload {
  /** The protocol; `empty` for a port without one. */
  readonly protocol: string;
  /** One per try, starting over after the last. */
  readonly payloads: readonly Payload[];
  /** Its servers reply from a different port than the probed one. */
  readonly answersFromAnyPort?: true;
}

/**
 * Nothing at all: an unknown service cannot act on it or log it, and a closed port is refused nevertheless. Syslog,
 * WireGuard, RADIUS and others get it, since they do not answer strangers.
 */
const EMPTY: PortPayload = { protocol: "empty", payloads: [() => zeros(0)] };

const PROTOCOLS: readonly (PortPayload & { readonly ports: readonly number[] })[] = [
  { protocol: "dns", ports: [53, 5300, 8053], payloads: [dns] },
  { protocol: "mdns", ports: [5353], payloads: [multicastDns] },
  { protocol: "netbios-ns", ports: [137], payloads: [netbiosName] },
  { protocol: "ntp", ports: [123], payloads: [ntp] },
  { protocol: "snmp", ports: [161, 1161], payloads: [snmpV3, snmpV1, snmpV2c] },
  { protocol: "ipmi", ports: [623, 664], payloads: [asfPing, ipmi] },
  { protocol: "cldap", ports: [389], payloads: [cldap] },
  { protocol: "kerberos", ports: [88], payloads: [kerberos] },
  { protocol: "ike", ports: [500], payloads: [ikeV2, ikeV1] },
  { protocol: "ike", ports: [4500], payloads: [behindMarker(ikeV2), behindMarker(ikeV1)] },
  { protocol: "l2tp", ports: [1701], payloads: [l2tp] },
  { protocol: "openvpn", ports: [1194, 1195, 1196, 1197], payloads: [openVpn] },
  { protocol: "gtp-u", ports: [2152], payloads: [gtpV1] },
  { protocol: "gtp-c", ports: [2123], payloads: [gtpV2, gtpV1] },
  { protocol: "sip", ports: [5060, 5080], payloads: [sip] },
  { protocol: "stun", ports: [3478, 3479, 19_302], payloads: [stun] },
  { protocol: "ssdp", ports: [1900], payloads: [ssdp], answersFromAnyPort: true },
  { protocol: "portmapper", ports: [111], payloads: [portmapper] },
  { protocol: "nfs", ports: [2049], payloads: [nfs] },
  { protocol: "memcached", ports: [11_211], payloads: [memcached] },
  { protocol: "tftp", ports: [69], payloads: [tftp], answersFromAnyPort: true },
  { protocol: "xdmcp", ports: [177], payloads: [xdmcp] },
  { protocol: "ms-sql-browser", ports: [1434], payloads: [sqlServerBrowser] },
  { protocol: "rdp", ports: [3389], payloads: [rdp] },
  { protocol: "rip", ports: [520], payloads: [rip] },
  { protocol: "nat-pmp", ports: [5351], payloads: [natPmp] },
  { protocol: "coap", ports: [5683], payloads: [coap] },
  { protocol: "bacnet", ports: [47_808, 47_809], payloads: [bacnet] },
  { protocol: "quic", ports: [80, 784, 8443], payloads: [quic] },
  // Alternatives that are common there: DTLS tunnels beside HTTP/3, DNS over either, and either for tests.
  { protocol: "quic or dtls", ports: [443, 853, 4433], payloads: [quic, dtls] },
  // CoAP, SNMP, RADIUS, syslog, STUN and CAPWAP over DTLS.
  { protocol: "dtls", ports: [2083, 5246, 5349, 5684, 6514, 10_161], payloads: [dtls] },
];

const byPort = new Map(PROTOCOLS.flatMap((each) => each.ports.map((port) => [port, each] as const)));

export function payloadOf(port: number): PortPayload {
  return byPort.get(port) ?? EMPTY;
}
