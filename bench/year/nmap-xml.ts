import { gzipSync } from "node:zlib";
import type { Instant } from "../../src/model/index.ts";
import type { World } from "../../src/sensing/simulated/index.ts";
import { addressOf, HOSTS, PORTS } from "./company.ts";

/** The bytes of `nmap -oX -` of the same sweep, after gzip -9: as nmap 7.94 writes it, without service detection. */
export function nmapBytes(world: World, at: Instant, seconds: number): number {
  const hosts = Array.from({ length: HOSTS }, (_, host) => hostXml(world, addressOf(host), at));
  const begins = Math.floor(at / 1_000);
  return gzipSync(
    `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE nmaprun>
<nmaprun scanner="nmap" args="nmap -oX - -p ${PORTS.join(",")} 10.20.0.0/22" start="${begins}" startstr="${new Date(at).toUTCString()}" version="7.94" xmloutputversion="1.05">
<scaninfo type="connect" protocol="tcp" numservices="${PORTS.length}" services="${PORTS.join(",")}"/>
<verbose level="0"/>
<debugging level="0"/>
${hosts.join("")}<runstats><finished time="${begins + seconds}" timestr="${new Date(at + seconds * 1_000).toUTCString()}" summary="Nmap done; ${HOSTS} IP addresses (${HOSTS} hosts up) scanned in ${seconds}.00 seconds" elapsed="${seconds}.00" exit="success"/><hosts up="${HOSTS}" down="0" total="${HOSTS}"/>
</runstats>
</nmaprun>
`,
    { level: 9 },
  ).byteLength;
}

function hostXml(world: World, address: string, at: Instant): string {
  const open = PORTS.filter((port) => world.stateOf({ address, transport: "tcp", port }, at) === "open");
  const begins = Math.floor(at / 1_000);
  const ports = open.map(
    (port) =>
      `<port protocol="tcp" portid="${port}"><state state="open" reason="syn-ack" reason_ttl="0"/><service name="${port}" method="table" conf="3"/></port>\n`,
  );
  const closed = PORTS.length - open.length;
  return `<host starttime="${begins}" endtime="${begins + 1}"><status state="up" reason="syn-ack" reason_ttl="0"/>
<address addr="${address}" addrtype="ipv4"/>
<hostnames>
</hostnames>
<ports><extraports state="closed" count="${closed}">
<extrareasons reason="conn-refused" count="${closed}" proto="tcp"/>
</extraports>
${ports.join("")}</ports>
<times srtt="212" rttvar="5000" to="100000"/>
</host>
`;
}
