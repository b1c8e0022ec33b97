import { portsSubject, portSubject, type AuthorizedPort, type Deviation } from "../../model/index.ts";
import type { Authorizer } from "./authorize.ts";
import { endpointOf, hostsByAsset, SAMPLE, type ComparedHost, type PortOf } from "./compared.ts";
import { hostName, portsName } from "./wording.ts";

/**
 * Whether an asset's expected port answers. One open port on one of the addresses satisfies a range.
 *
 * - `open`: some address has it open
 * - `missing`: some address answered and has none of it open, and every other address was scanned
 * - `unsure`: anything else; an entirely silent host is a coverage gap, not a missing port
 */
export type Availability = { kind: "open"; hosts: ComparedHost[] } | { kind: "missing" } | { kind: "unsure" };

/** `hosts` are all hosts of one asset that the authorized port's selector matches. */
export function presenceOf({ transport, ports }: AuthorizedPort, hosts: readonly ComparedHost[]): Availability {
  const [first, last] = ports;
  const open = hosts.filter((host) =>
    host.open.some((each) => each.transport === transport && each.port >= first && each.port <= last),
  );
  if (open.length > 0) return { kind: "open", hosts: open };
  let refused = false;
  for (const host of hosts) {
    let denied = true;
    for (let port = first; port <= last; port += 1) {
      if (!host.covers(transport, port)) return { kind: "unsure" };
      const state = host.stateOf(transport, port);
      switch (state) {
        case "open":
        case "unknown":
          return { kind: "unsure" };
        case "closed":
        case "filtered":
        case "unreachable":
          break;
        case "no-response":
          denied = false;
          break;
      }
    }
    if (denied && host.answered) refused = true;
  }
  return refused ? { kind: "missing" } : { kind: "unsure" };
}

/** `expected-missing`: one for each expected port or range of a declared asset that none of its addresses has open. */
export function missingPorts(hosts: readonly ComparedHost[], authorizer: Authorizer): Deviation[] {
  const deviations: Deviation[] = [];
  for (const [asset, ofAsset] of hostsByAsset(hosts)) {
    for (const { by, hosts: matching } of expectations(ofAsset, authorizer)) {
      if (presenceOf(by, matching).kind === "missing") deviations.push(missing(asset, by, matching));
    }
  }
  return deviations;
}

/** The expected ports of one asset, each port or range once, with the addresses it is expected on. */
export function expectations(
  hosts: readonly ComparedHost[],
  authorizer: Authorizer,
): { by: AuthorizedPort; hosts: ComparedHost[] }[] {
  const found = new Map<string, { by: AuthorizedPort; hosts: ComparedHost[] }>();
  for (const host of hosts) {
    for (const by of authorizer.on(host).expected) {
      const key = `${by.transport} ${by.ports[0]} ${by.ports[1]}`;
      const known = found.get(key);
      if (known === undefined) found.set(key, { by, hosts: [host] });
      else if (known.hosts.at(-1) !== host) known.hosts.push(host);
    }
  }
  return [...found.values()];
}

function missing(asset: string, by: AuthorizedPort, hosts: readonly ComparedHost[]): Deviation {
  const addresses = hosts.map(({ address }) => address).sort();
  const [first, last] = by.ports;
  const of = {
    asset,
    target: hosts[0]?.target.name,
    addresses,
    transport: by.transport,
    owner: by.owner === "" ? hosts[0]?.asset?.owner : by.owner,
  };
  return {
    kind: "expected-missing",
    subject: first === last ? portSubject({ ...of, port: first }) : portsSubject({ ...of, ports: [first, last] }),
    summary: `${portsName(by.transport, by.ports)} is expected on ${hostName(asset, addresses)} and does not answer`,
    endpoints: hosts.flatMap((host) => firstPorts(by).map((each) => endpointOf(host, each))),
  };
}

function firstPorts({ transport, ports: [first, last] }: AuthorizedPort): PortOf[] {
  const length = Math.min(SAMPLE, last - first + 1);
  return Array.from({ length }, (_, offset) => ({ transport, port: first + offset }));
}
