import { readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { shell } from "./commands.ts";

const PREFIX = "portolan-lab-";
/** `ip netns exec` mounts the files of this folder over /etc. */
export const OVERLAYS = "/etc/netns";

/** When a process began, in clock ticks since boot (proc(5), field 22); undefined when there is none. */
function beginOf(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The command's name may contain blanks and brackets, so fields count from its last bracket.
    return text.slice(text.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}

/**
 * A prefix that no other living process uses; the start time distinguishes it from a later process with the same pid.
 */
export function ownPrefix(sequence: number): string {
  return `${PREFIX}${process.pid}.${beginOf(process.pid) ?? "0"}-${sequence}-`;
}

export function isLeftover(namespace: string): boolean {
  const owner = /^portolan-lab-(\d+)\.(\d+)-/.exec(namespace);
  return owner !== null && beginOf(Number(owner[1])) !== owner[2];
}

function listNamespaces(): Promise<string[]> {
  return readdir("/run/netns").catch(() => []);
}

/** Ends every process in the namespaces, then deletes the namespaces. Interfaces inside go with them. */
export async function removeNamespaces(namespaces: readonly string[]): Promise<void> {
  if (namespaces.length === 0) return;
  await shell([
    `for namespace in ${namespaces.join(" ")}; do`,
    // What ended by itself in between is gone already, as is a namespace that was never made.
    '  for pid in $(ip netns pids "$namespace" 2>/dev/null); do kill -9 "$pid" 2>/dev/null || true; done',
    '  ip netns delete "$namespace" 2>/dev/null || true',
    `  rm -rf "${OVERLAYS}/$namespace"`,
    "done",
  ]);
}

/** The leftovers of a lab whose process was killed before it could clean up. */
export async function removeLeftovers(): Promise<void> {
  const overlays = await readdir(OVERLAYS).catch(() => []);
  const names = new Set([...(await listNamespaces()), ...overlays]);
  await removeNamespaces([...names].filter(isLeftover));
}

/**
 * Lines of shell for a namespace that sends nothing by itself: no IPv6 link-local address, no duplicate address
 * detection, no router solicitation, and no IPv6 at all unless requested. A packet counter that moved was moved by a
 * test.
 */
export function addNamespace(namespace: string, ipv6: boolean): string[] {
  const settings = [
    `net.ipv6.conf.all.disable_ipv6=${ipv6 ? 0 : 1}`,
    `net.ipv6.conf.default.disable_ipv6=${ipv6 ? 0 : 1}`,
    "net.ipv6.conf.default.addr_gen_mode=1",
    "net.ipv6.conf.default.accept_dad=0",
    "net.ipv6.conf.default.router_solicitations=0",
    "net.ipv6.conf.default.autoconf=0",
    // A rejecting host rejects each time; the kernel would otherwise send one rejection per second.
    "net.ipv4.icmp_ratelimit=0",
    "net.ipv6.icmp.ratelimit=0",
  ];
  return [
    `ip netns add ${namespace}`,
    `ip netns exec ${namespace} sysctl -q -e -w ${settings.join(" ")} || true`,
    `ip -n ${namespace} link set lo up`,
  ];
}

/** Lines of shell for a wire between two namespaces, with the names of its ends. */
export function addWire(from: string, name: string, to: string, peer: string): string {
  return `ip -n ${from} link add name ${name} type veth peer name ${peer} netns ${to}`;
}
