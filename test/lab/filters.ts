import { tool } from "./commands.ts";

/**
 * What a host does with packets that arrive. `drop` says nothing, `reject` answers with an ICMP prohibition,
 * `lose` drops at random so many of a hundred (a whole number). With `ports` it is for TCP and UDP to them, else for
 * everything.
 */
export type Filter =
  | { readonly does: "drop" | "reject"; readonly ports?: readonly number[] }
  | { readonly does: "lose"; readonly percent: number; readonly ports?: readonly number[] };

function verdict(filter: Filter): string {
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

/** Replaces everything the host filtered before; an empty list lets everything in. */
export async function setFilters(namespace: string, filters: readonly Filter[]): Promise<void> {
  const rules = filters.map((filter) => {
    const match =
      filter.ports === undefined ? "" : `meta l4proto { tcp, udp } th dport { ${filter.ports.join(", ")} } `;
    return `add rule inet lab input ${match}${verdict(filter)}`;
  });
  const script = [
    "add table inet lab",
    "flush table inet lab",
    "add chain inet lab input { type filter hook input priority 0; policy accept; }",
    'add rule inet lab input iifname "lo" accept',
    ...rules,
  ];
  await tool("ip", ["netns", "exec", namespace, "nft", "-f", "-"], `${script.join("\n")}\n`);
}
