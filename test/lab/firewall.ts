import { shell, tool } from "./commands.ts";
import type { Lab } from "./index.ts";
import { addNamespace, addWire, removeNamespaces } from "./namespaces.ts";
import { createStation, type Station } from "./station.ts";

/** A network outside the lab's own, with a firewall that routes between the two. */
export interface Firewall {
  /** 10.78.0.1: everything it sends to the lab passes the firewall. */
  readonly outside: Station;
  /** Drops packets from outside to these TCP ports; replaces the earlier list. */
  drop(ports: readonly number[]): Promise<void>;
  close(): Promise<void>;
}

const INNER = "10.77.0.253";
const OUTER = "10.78.0.254";

/** Puts a firewall (nftables) into the lab, and a station behind it. The named hosts get a route back. */
export async function addFirewall(net: Lab, hosts: readonly string[]): Promise<Firewall> {
  const prefix = net.scanner.namespace.slice(0, -net.scanner.name.length);
  const [bridge, firewall, outside] = ["switch", "firewall", "outside"].map((name) => prefix + name);
  if (bridge === undefined || firewall === undefined || outside === undefined) throw new Error("unreachable");
  await shell([
    ...addNamespace(firewall, false),
    ...addNamespace(outside, false),
    addWire(bridge, "to-fw", firewall, "eth0"),
    `ip -n ${bridge} link set to-fw master bridge up`,
    `ip -n ${firewall} address add ${INNER}/24 dev eth0`,
    `ip -n ${firewall} link set eth0 up`,
    addWire(firewall, "eth1", outside, "eth0"),
    `ip -n ${firewall} address add ${OUTER}/24 dev eth1`,
    `ip -n ${firewall} link set eth1 up`,
    `ip -n ${outside} address add 10.78.0.1/24 dev eth0`,
    `ip -n ${outside} link set eth0 up`,
    `ip -n ${outside} route add default via ${OUTER}`,
    `ip netns exec ${firewall} sysctl -q -w net.ipv4.ip_forward=1`,
    ...hosts.map((name) => `ip -n ${net.host(name).namespace} route add 10.78.0.0/24 via ${INNER}`),
  ]);

  return {
    outside: createStation({ name: "outside", namespace: outside, address: "10.78.0.1", address6: "" }),
    async drop(ports) {
      const script = [
        "add table inet firewall",
        "flush table inet firewall",
        "add chain inet firewall forward { type filter hook forward priority 0; policy accept; }",
        ...(ports.length === 0
          ? []
          : [`add rule inet firewall forward iifname "eth1" tcp dport { ${ports.join(", ")} } drop`]),
      ];
      await tool("ip", ["netns", "exec", firewall, "nft", "-f", "-"], `${script.join("\n")}\n`);
    },
    close: () => removeNamespaces([outside, firewall]),
  };
}
