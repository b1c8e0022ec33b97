import { tool } from "./commands.ts";

/**
 * What a host does with arriving packets. `drop` says nothing, `reject` answers with an ICMP prohibition, `lose` drops
 * a random percentage (a whole number), with `bothWays` also of the packets it sends. `limit-refusals` lets this many
 * RST per second out of each of its addresses. With `ports` a filter applies to these ports over TCP and UDP, otherwise
 * to everything.
 */
export type Filter =
  | { readonly does: "drop" | "reject"; readonly ports?: readonly number[] }
  | { readonly does: "lose"; readonly percent: number; readonly ports?: readonly number[]; readonly bothWays?: true }
  | { readonly does: "limit-refusals"; readonly perSecond: number };

const SOURCES_MOST = 65_536;

function verdict(filter: Exclude<Filter, { does: "limit-refusals" }>): string {
  switch (filter.does) {
    case "drop":
      return "drop";
    case "reject":
      return "reject with icmpx type admin-prohibited";
    case "lose":
      // nft refuses a comparison that is always true.
      return filter.percent >= 100 ? "drop" : `numgen random mod 100 < ${filter.percent} drop`;
  }
}

/** Replaces all earlier filters of the host; an empty list lets everything in. */
export async function setFilters(namespace: string, filters: readonly Filter[]): Promise<void> {
  const rules = filters.flatMap((filter) => {
    if (filter.does === "limit-refusals") {
      const limit = `{ ip saddr limit rate over ${filter.perSecond}/second burst 1 packets }`;
      return `add rule inet lab output tcp flags & rst == rst update @refusing ${limit} drop`;
    }
    const match =
      filter.ports === undefined ? "" : `meta l4proto { tcp, udp } th dport { ${filter.ports.join(", ")} } `;
    const arriving = `add rule inet lab input ${match}${verdict(filter)}`;
    const bothWays = filter.does === "lose" && filter.bothWays === true;
    return bothWays ? [arriving, `add rule inet lab output ${verdict(filter)}`] : [arriving];
  });
  const script = [
    "add table inet lab",
    "flush table inet lab",
    "add chain inet lab input { type filter hook input priority 0; policy accept; }",
    "add chain inet lab output { type filter hook output priority 0; policy accept; }",
    `add set inet lab refusing { type ipv4_addr; size ${SOURCES_MOST}; flags dynamic; }`,
    'add rule inet lab input iifname "lo" accept',
    ...rules,
  ];
  await tool("ip", ["netns", "exec", namespace, "nft", "-f", "-"], `${script.join("\n")}\n`);
}
