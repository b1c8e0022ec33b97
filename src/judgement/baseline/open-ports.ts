import {
  formatInstant,
  hostPortsSubject,
  portSubject,
  type Deviation,
  type OpenPortKind,
  type Transport,
} from "../../model/index.ts";
import type { Authorization, Authorizer } from "./authorize.ts";
import { answersOnMany, endpointOf, sampleOf, type ComparedHost, type PortOf } from "./compared.ts";
import { enumerate, hostName, portList, portName } from "./wording.ts";

type Forbidden = Exclude<Authorization, { kind: "authorized" }>;

/** One open port that is not allowed, with the addresses of one asset that it is open on. */
interface OpenPort extends PortOf {
  readonly kind: OpenPortKind;
  readonly why: Forbidden;
  readonly hosts: ComparedHost[];
}

/** The unauthorized open ports of one host that has too many for one deviation per port. */
interface OpenMany {
  readonly kind: OpenPortKind;
  readonly host: ComparedHost;
  readonly transport: Transport;
  readonly ports: PortOf[];
}

/** Whether the host itself is the deviation; its ports are then not reported one by one. */
export function isUndeclared({ asset, target }: ComparedHost): boolean {
  return asset === undefined && target.undeclared === "report";
}

function kindOf(why: Forbidden): OpenPortKind {
  switch (why.kind) {
    case "none":
      return "unauthorized-open";
    case "expired":
      return "authorization-expired";
    case "elsewhere":
      return "wrong-exposure";
  }
}

/**
 * `unauthorized-open`, `authorization-expired` and `wrong-exposure`: one per port of an asset, however many of its
 * addresses have it open; one per address and transport where a host answers on more than `MANY_PORTS` ports.
 */
export function openPortDeviations(hosts: readonly ComparedHost[], authorizer: Authorizer): Deviation[] {
  const single = new Map<string, OpenPort>();
  const many = new Map<string, OpenMany>();
  for (const host of hosts) {
    if (isUndeclared(host) || host.open.length === 0) continue;
    const allowed = authorizer.on(host);
    const floods = { tcp: answersOnMany(host, "tcp"), udp: answersOnMany(host, "udp") };
    for (const each of host.open) {
      const why = allowed.of(each.transport, each.port);
      if (why.kind === "authorized") continue;
      const kind = kindOf(why);
      if (floods[each.transport]) {
        const key = `${kind} ${each.transport} ${host.address}`;
        const known = many.get(key);
        if (known === undefined) many.set(key, { kind, host, transport: each.transport, ports: [each] });
        else known.ports.push(each);
      } else {
        const owner = host.asset === undefined ? `address ${host.address}` : `asset ${host.asset.name}`;
        const key = `${kind} ${each.transport} ${each.port} ${owner}`;
        const known = single.get(key);
        if (known === undefined) single.set(key, { ...each, kind, why, hosts: [host] });
        else known.hosts.push(host);
      }
    }
  }
  return [...[...single.values()].map(singleDeviation), ...[...many.values()].map(manyDeviation)];
}

function singleDeviation({ kind, why, hosts, transport, port }: OpenPort): Deviation {
  const asset = hosts[0]?.asset;
  const target = hosts[0]?.target;
  const addresses = hosts.map(({ address }) => address).sort();
  const owner = asset?.owner ?? target?.owner;
  return {
    kind,
    subject: portSubject({
      asset: asset?.name,
      target: target?.name,
      addresses,
      transport,
      port,
      owner: why.kind === "none" || why.by.owner === "" ? owner : why.by.owner,
    }),
    summary: `${portName({ transport, port })} is open on ${hostName(asset?.name, addresses)} ${reason(why)}`,
    endpoints: hosts.map((host) => endpointOf(host, { transport, port })),
  };
}

function reason(why: Forbidden): string {
  switch (why.kind) {
    case "none":
      return "and not authorized";
    case "elsewhere":
      return `and authorized only as seen from ${enumerate(why.by.exposure ?? [])}`;
    case "expired":
      return `and its authorization ended at ${formatInstant(why.by.expires ?? 0)}`;
  }
}

const OUTCOMES: Readonly<Record<OpenPortKind, string>> = {
  "unauthorized-open": "not authorized",
  "authorization-expired": "no longer authorized",
  "wrong-exposure": "authorized only as seen from elsewhere",
};

function manyDeviation({ kind, host, transport, ports }: OpenMany): Deviation {
  const sorted = ports.toSorted((a, b) => a.port - b.port);
  const total = host.open.filter((each) => each.transport === transport).length;
  const outcome = OUTCOMES[kind];
  return {
    kind,
    subject: hostPortsSubject({
      asset: host.asset?.name,
      target: host.target.name,
      address: host.address,
      transport,
      ports: [sorted[0]?.port ?? 0, sorted.at(-1)?.port ?? 0],
      owner: host.asset?.owner ?? host.target.owner,
    }),
    summary:
      `${hostName(host.asset?.name, [host.address])} answers on ${total} ${transport} ports, ` +
      `as a proxy or tarpit does; ${ports.length} of them are ${outcome} (${portList(sorted)})`,
    endpoints: sampleOf(sorted).map((each) => endpointOf(host, each)),
  };
}
