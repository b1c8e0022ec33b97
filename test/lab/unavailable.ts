import { worksNow } from "./commands.ts";

let reason: string | undefined | null = null;

/** Why this machine cannot build a lab, as half a sentence; undefined when it can. Checked once per process. */
export function labUnavailable(): string | undefined {
  if (reason === null) reason = findReason();
  return reason;
}

function findReason(): string | undefined {
  if (process.platform !== "linux") return "needs Linux network namespaces";
  if (process.getuid?.() !== 0) return "needs root, for network namespaces";
  if (!worksNow("ip", ["-V"])) return "needs ip (Debian package iproute2)";
  if (!worksNow("nft", ["-v"])) return "needs nft (Debian package nftables)";
  const probe = `portolan-lab-probe-${process.pid}`;
  if (!worksNow("ip", ["netns", "add", probe])) return "needs permission to make network namespaces";
  try {
    if (!worksNow("ip", ["-n", probe, "link", "add", "name", "one", "type", "veth", "peer", "name", "two"])) {
      return "needs permission to make veth interfaces";
    }
    if (!worksNow("ip", ["-n", probe, "link", "add", "name", "switch", "type", "bridge"]))
      return "needs bridges in the kernel";
    if (!worksNow("ip", ["netns", "exec", probe, "nft", "add", "table", "inet", "lab"])) {
      return "needs nftables in the kernel";
    }
    return undefined;
  } finally {
    worksNow("ip", ["netns", "delete", probe]);
  }
}
