import { mkdir, writeFile } from "node:fs/promises";
import { describe } from "vitest";
import { shell } from "./commands.ts";
import { type Filter, setFilters } from "./filters.ts";
import { startListeners } from "./listeners.ts";
import { addNamespace, addWire, OVERLAYS, ownPrefix, removeLeftovers, removeNamespaces } from "./namespaces.ts";
import { createStation, type Station } from "./station.ts";
import { labUnavailable } from "./unavailable.ts";

export { labUnavailable };
export type { Filter, Station };
export type { RunResult } from "./station.ts";

export interface LabOptions {
  /** The first gets 10.77.0.2, the next 10.77.0.3 and so on; the scanner has 10.77.0.1. */
  readonly hosts: readonly {
    readonly name: string;
    /** TCP ports open from the start. */
    readonly listeners?: readonly number[];
    readonly filters?: readonly Filter[];
  }[];
  /** Also gives every machine an address in fd77::/64 with the same last number. */
  readonly ipv6?: boolean;
  /** The names that the scanner resolves (its /etc/hosts). No other name resolves, and no query leaves it. */
  readonly names?: Readonly<Record<string, string>>;
}

export interface LabHost extends Station {
  open(port: number): Promise<void>;
  close(port: number): Promise<void>;
  /** Replaces all filters; without an argument everything gets in. */
  filter(filters?: readonly Filter[]): Promise<void>;
}

export interface Lab {
  /**
   * Where the scanner under test runs. Its default route leads to the lab's switch and ends there: a packet to any
   * address is counted on its interface and reaches nobody outside.
   */
  readonly scanner: Station;
  host(name: string): LabHost;
  close(): Promise<void>;
}

/** A suite on a lab. Without a lab it is skipped, with the reason in its name. */
export function describeLab(title: string, body: () => void): void {
  const reason = labUnavailable();
  if (reason === undefined) describe(title, body);
  else describe.skip(`${title}: ${reason}`, body);
}

const NET = "10.77.0";
const NET6 = "fd77::";
/** An address of the switch: the scanner's default route resolves to it, so packets on that route can be counted. */
const GATEWAY = 254;
let labs = 0;

/**
 * Hosts in network namespaces, joined by a bridge that has a namespace of its own. Everything, including the wires, is
 * inside namespaces: the machine's own network sees none of it.
 */
export async function lab(options: LabOptions): Promise<Lab> {
  await removeLeftovers();
  const prefix = ownPrefix(labs++);
  const ipv6 = options.ipv6 === true;
  const made: string[] = [];
  const endings: (() => Promise<void>)[] = [];

  async function close(): Promise<void> {
    await Promise.allSettled(endings.map((end) => end()));
    await removeNamespaces(made);
  }

  const bridge = `${prefix}switch`;
  const station = (name: string, number: number): Station =>
    createStation({ name, namespace: prefix + name, address: `${NET}.${number}`, address6: `${NET6}${number}` });
  const addStation = ({ namespace, address, address6 }: Station, number: number): string[] => [
    ...addNamespace(namespace, ipv6),
    addWire(bridge, `to-${number}`, namespace, "eth0"),
    `ip -n ${bridge} link set to-${number} master bridge up`,
    `ip -n ${namespace} address add ${address}/24 dev eth0`,
    `ip -n ${namespace} link set eth0 up`,
    ...(ipv6 ? [`ip -n ${namespace} address add ${address6}/64 dev eth0 nodad`] : []),
  ];

  const scanner = station("scanner", 1);
  const stations = [scanner, ...options.hosts.map(({ name }, index) => station(name, index + 2))];
  try {
    made.push(bridge, ...stations.map(({ namespace }) => namespace));
    await shell([
      ...addNamespace(bridge, ipv6),
      `ip -n ${bridge} link add bridge type bridge stp_state 0 mcast_snooping 0`,
      `ip -n ${bridge} address add ${NET}.${GATEWAY}/24 dev bridge`,
      `ip -n ${bridge} link set bridge up`,
      ...(ipv6 ? [`ip -n ${bridge} address add ${NET6}${GATEWAY}/64 dev bridge nodad`] : []),
      ...stations.flatMap((each, index) => addStation(each, index + 1)),
      `ip -n ${scanner.namespace} route add default via ${NET}.${GATEWAY}`,
      ...(ipv6 ? [`ip -n ${scanner.namespace} -6 route add default via ${NET6}${GATEWAY}`] : []),
    ]);
    await writeNames(scanner.namespace, options.names ?? {});

    const hosts = new Map<string, LabHost>();
    for (const [index, { name, listeners = [], filters = [] }] of options.hosts.entries()) {
      const { namespace } = station(name, index + 2);
      const process = startListeners(namespace, ipv6 ? "::" : "0.0.0.0");
      endings.push(() => process.end());
      await Promise.all(listeners.map((port) => process.open(port)));
      if (filters.length > 0) await setFilters(namespace, filters);
      hosts.set(name, {
        ...station(name, index + 2),
        open: process.open,
        close: process.close,
        filter: (replacement = []) => setFilters(namespace, replacement),
      });
    }

    return {
      scanner,
      host(name) {
        const host = hosts.get(name);
        if (host === undefined) throw new Error(`no host ${name} in this lab`);
        return host;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function writeNames(namespace: string, names: Readonly<Record<string, string>>): Promise<void> {
  const folder = `${OVERLAYS}/${namespace}`;
  await mkdir(folder, { recursive: true });
  const lines = Object.entries({ localhost: "127.0.0.1", ...names }).map(([name, address]) => `${address} ${name}\n`);
  await writeFile(`${folder}/hosts`, lines.join(""));
  await writeFile(`${folder}/resolv.conf`, "nameserver 127.0.0.1\noptions attempts:1 timeout:1\n");
}
