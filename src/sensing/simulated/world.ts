import type { Endpoint, Instant, ServiceIdentity, Transport } from "../../model/index.ts";
import type { ProbedState } from "../scanner/index.ts";

export interface SimulatedPort {
  readonly transport: Transport;
  readonly port: number;
  /** Absent: it accepts, and cannot be identified. */
  readonly service?: ServiceIdentity | undefined;
}

/** A host that is up: it refuses on every port but these. */
export interface SimulatedHost {
  readonly address: string;
  readonly open: readonly SimulatedPort[];
}

/** From `at` on. A host that is down answers nothing; once it is up again, its ports are as changes left them. */
export type WorldChange = { readonly at: Instant; readonly address: string } & (
  | ({ readonly kind: "opens" } & SimulatedPort)
  | ({ readonly kind: "closes" } & Pick<SimulatedPort, "transport" | "port">)
  | { readonly kind: "goes-down" | "comes-up" }
);

/** A network in memory, which an engine probes in place of a real one. Instants of queries must not decrease. */
export interface World {
  stateOf(endpoint: Endpoint, at: Instant): ProbedState;
  serviceOf(endpoint: Endpoint, at: Instant): ServiceIdentity | undefined;
}

interface Host {
  isUp: boolean;
  readonly open: Map<number, SimulatedPort>;
}

const UDP = 65_536;
const placeOf = ({ transport, port }: Pick<SimulatedPort, "transport" | "port">): number =>
  transport === "tcp" ? port : UDP + port;

/** `changes` are in the order of time, and are read as far as a query needs them: they may be endless. */
export function createWorld(hosts: Iterable<SimulatedHost>, changes: Iterable<WorldChange> = []): World {
  const known = new Map<string, Host>();
  for (const { address, open } of hosts) {
    known.set(address, { isUp: true, open: new Map(open.map((port) => [placeOf(port), port])) });
  }
  const coming = changes[Symbol.iterator]();
  let next = coming.next();

  function advanceTo(at: Instant): void {
    while (next.done !== true && next.value.at <= at) {
      const change = next.value;
      let host = known.get(change.address);
      if (host === undefined) known.set(change.address, (host = { isUp: true, open: new Map() }));
      apply(host, change);
      next = coming.next();
    }
  }

  return {
    stateOf(endpoint, at) {
      advanceTo(at);
      const host = known.get(endpoint.address);
      if (host?.isUp !== true) return "no-response";
      return host.open.has(placeOf(endpoint)) ? "open" : "closed";
    },
    serviceOf(endpoint, at) {
      advanceTo(at);
      return known.get(endpoint.address)?.open.get(placeOf(endpoint))?.service;
    },
  };
}

function apply(host: Host, change: WorldChange): void {
  switch (change.kind) {
    case "opens":
      return void host.open.set(placeOf(change), change);
    case "closes":
      return void host.open.delete(placeOf(change));
    case "goes-down":
    case "comes-up":
      host.isUp = change.kind === "comes-up";
  }
}
