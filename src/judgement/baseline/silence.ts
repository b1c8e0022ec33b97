import { addressSubject, assetSubject, type Deviation } from "../../model/index.ts";
import type { Authorizer } from "./authorize.ts";
import { endpointOf, hostsByAsset, SAMPLE, sampleOf, type ComparedHost, type PortOf } from "./compared.ts";
import { someCovered } from "./look.ts";
import { isUndeclared } from "./open-ports.ts";
import { hostName, portList } from "./wording.ts";
import { printable } from "../../platform/documents/index.ts";

/**
 * `undeclared-asset`: one per address that answers inside a target whose assets all have to be declared. It has no owner:
 * nobody declared it, and the owner of the target may never have heard of it.
 */
export function undeclaredAssets(hosts: readonly ComparedHost[]): Deviation[] {
  return hosts
    .filter((host) => host.answered && isUndeclared(host))
    .map((host) => {
      const open = host.open.toSorted((a, b) => a.port - b.port);
      const found =
        open.length === 0
          ? "no open port was seen"
          : `open: ${portList(open)}${open.length > 1 ? ` (${open.length} ports)` : ""}`;
      return {
        kind: "undeclared-asset",
        subject: addressSubject({ target: host.target.name, address: host.address }),
        summary: `${host.address} answers in target ${printable(host.target.name)} but is not a declared asset; ${found}`,
        endpoints: (open.length === 0 ? refusing(host) : sampleOf(open)).map((each) => endpointOf(host, each)),
      };
    });
}

function refusing(host: ComparedHost): PortOf[] {
  return someCovered(host, [], ({ transport, port }) => host.stateOf(transport, port) === "closed").slice(0, 1);
}

/**
 * `coverage-gap`: one per declared asset whose addresses were all scanned and none answered. Its ports are then
 * unknown, which is not the same as closed.
 */
export function silentAssets(hosts: readonly ComparedHost[], authorizer: Authorizer | undefined): Deviation[] {
  const deviations: Deviation[] = [];
  for (const [asset, ofAsset] of hostsByAsset(hosts)) {
    const probed = silentProbes(ofAsset, authorizer);
    if (probed === undefined) continue;
    const addresses = ofAsset.map(({ address }) => address).sort();
    deviations.push({
      kind: "coverage-gap",
      subject: assetSubject({
        asset,
        target: ofAsset[0]?.target.name,
        addresses,
        owner: ofAsset[0]?.asset?.owner ?? ofAsset[0]?.target.owner,
      }),
      summary: `nothing answered on ${hostName(asset, addresses)}, so nothing is known of its ports`,
      endpoints: probed,
    });
  }
  return deviations;
}

/**
 * Up to `SAMPLE` endpoints of an asset that stayed silent, some of each address; undefined when it answered or when an
 * address was not scanned.
 */
export function silentProbes(
  hosts: readonly ComparedHost[],
  authorizer: Authorizer | undefined,
): Deviation["endpoints"] | undefined {
  if (hosts.length === 0 || hosts.some(({ answered }) => answered)) return undefined;
  const probes: { host: ComparedHost; ports: PortOf[] }[] = [];
  for (const host of hosts) {
    const expected = authorizer?.on(host).expected ?? [];
    const ports = someCovered(
      host,
      expected.map(({ transport, ports: [port] }) => ({ transport, port })),
    );
    if (ports.length === 0) return undefined;
    probes.push({ host, ports });
  }
  return Array.from({ length: SAMPLE }, (_, turn) => turn)
    .flatMap((turn) => probes.map(({ host, ports }) => ({ host, port: ports[turn] })))
    .flatMap(({ host, port }) => (port === undefined ? [] : [endpointOf(host, port)]))
    .slice(0, SAMPLE);
}
