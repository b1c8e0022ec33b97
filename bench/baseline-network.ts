import type { SimulatedHost } from "../src/sensing/simulated/index.ts";

export const HOSTS = 5_000;
export const PORTS_A_HOST = 20;
const FIRST_PORT = 8_000;

export const SCOPE = `version: 1
name: bench
systemTypes: { server: { cadence: 24h, ports: "${FIRST_PORT}-${FIRST_PORT + PORTS_A_HOST - 1}" } }
targets:
  - { name: network, addresses: [${addressOf(0)}-${addressOf(HOSTS - 1)}], systemType: server, undeclared: allow, owner: team-net }
`;

/** Every port of the scope is open on every host. */
export function network(): SimulatedHost[] {
  const open = Array.from({ length: PORTS_A_HOST }, (_, at) => ({ transport: "tcp" as const, port: FIRST_PORT + at }));
  return Array.from({ length: HOSTS }, (_, host) => ({ address: addressOf(host), open }));
}

function addressOf(host: number): string {
  return `10.20.${(host + 1) >> 8}.${(host + 1) & 255}`;
}
