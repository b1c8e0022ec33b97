import type { Asset, AuthorizedPort, StateAt, Target, Transport } from "../src/model/index.ts";
import type { CompareInput, ComparedHost } from "../src/judgement/baseline/index.ts";

/** `{ "22": "open", "udp/53": "closed" }`; ports that are not named were not probed. */
export type PortStates = Readonly<Record<string, StateAt>>;

export const aTarget: Target = {
  name: "dmz",
  addresses: ["10.0.0.0/24"],
  systemType: "server",
  owner: "team-net",
  tags: ["edge"],
  undeclared: "report",
};

export function anAsset(name: string, fields: Partial<Asset> = {}): Asset {
  return { name, addresses: [], systemType: "web-server", owner: "team-web", tags: ["pci"], ...fields };
}

/** A host as a sweep saw it. It answered if a port is open or closed, unless stated otherwise. */
export function aHost(
  address: string,
  states: PortStates,
  fields: Partial<Pick<ComparedHost, "asset" | "target" | "answered">> = { asset: anAsset("web-1") },
): ComparedHost {
  const key = (transport: Transport, port: number): string => (transport === "tcp" ? `${port}` : `udp/${port}`);
  const open = Object.entries(states)
    .filter(([, state]) => state === "open")
    .map(([name]) => ({
      transport: name.startsWith("udp/") ? ("udp" as const) : ("tcp" as const),
      port: Number(name.replace("udp/", "")),
    }));
  return {
    address,
    target: aTarget,
    open,
    answered: Object.values(states).some((state) => state === "open" || state === "closed"),
    stateOf: (transport, port) => states[key(transport, port)] ?? "unknown",
    covers: (transport, port) => (states[key(transport, port)] ?? "unknown") !== "unknown",
    ...fields,
  };
}

export function anAuthorizedPort(fields: Partial<AuthorizedPort> & { port?: number } = {}): AuthorizedPort {
  const { port = 443, ...rest } = fields;
  return {
    selector: { asset: "web-1" },
    transport: "tcp",
    ports: [port, port],
    owner: "team-shop",
    justification: "public web shop",
    controls: [],
    presence: "optional",
    ...rest,
  };
}

export function anInput(
  hosts: readonly ComparedHost[],
  authorizedPorts: readonly AuthorizedPort[] | undefined = [],
  fields: Partial<CompareInput> = {},
): CompareInput {
  return { now: 1_000, vantage: "inside", authorizedPorts, baselineVersion: 2, hosts, ...fields };
}
