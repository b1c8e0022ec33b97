import type { AuthorizedPort, Instant, Selector, Transport } from "../../model/index.ts";
import { parseTarget, type AddressSet } from "../../scope/index.ts";
import type { Asking, ComparedHost } from "./compared.ts";

/** The fields of a host that a selector is matched against. */
export type Selectable = Pick<ComparedHost, "address" | "asset"> & {
  readonly target: Pick<ComparedHost["target"], "systemType" | "tags">;
};

/** The port baseline's decision about one open port. */
export type Authorization =
  | { readonly kind: "authorized"; readonly by: AuthorizedPort }
  | { readonly kind: "expired"; readonly by: AuthorizedPort }
  /** Authorized, but not for this vantage point. */
  | { readonly kind: "elsewhere"; readonly by: AuthorizedPort }
  | { readonly kind: "none" };

/** The port baseline's decisions about one host. */
export interface HostAuthorizations {
  of(transport: Transport, port: number): Authorization;
  /** Authorized ports in force, visible from here, whose presence is expected. */
  readonly expected: readonly AuthorizedPort[];
}

export interface Authorizer {
  on(host: Selectable): HostAuthorizations;
}

/**
 * Evaluates the authorized ports as of an instant, from a vantage point. An entry in force here takes precedence over
 * an expired one, which takes precedence over one in force for other vantage points only. Any other entry is ignored.
 */
export function createAuthorizer(authorizedPorts: readonly AuthorizedPort[], asking: Asking): Authorizer {
  const { now, vantage } = asking;
  const rules = authorizedPorts.map((port) => ({ port, matches: createSelectorMatch(port.selector) }));
  const byKey = new Map<string, typeof rules>();
  for (const rule of rules) {
    const key = indexKey(rule.port.selector);
    const known = byKey.get(key);
    if (known === undefined) byKey.set(key, [rule]);
    else known.push(rule);
  }

  return {
    on(host) {
      const matching = keysOf(host)
        .flatMap((key) => byKey.get(key) ?? [])
        .filter(({ matches }) => matches(host))
        .map(({ port }) => port);
      return {
        expected: matching.filter((port) => isExpected(port, asking)),
        of(transport, port) {
          let best: Authorization = { kind: "none" };
          for (const by of matching) {
            if (by.transport !== transport || port < by.ports[0] || port > by.ports[1]) continue;
            if (!isVisibleFrom(by, vantage)) {
              if (best.kind === "none" && isInForce(by, now)) best = { kind: "elsewhere", by };
            } else if (isInForce(by, now)) {
              return { kind: "authorized", by };
            } else {
              best = { kind: "expired", by };
            }
          }
          return best;
        },
      };
    },
  };
}

/** Whether the authorization has not ended. */
export function isInForce(port: AuthorizedPort, now: Instant): boolean {
  return port.expires === undefined || now < port.expires;
}

/** Whether the port may be seen from the vantage point. */
export function isVisibleFrom(port: AuthorizedPort, vantage: string): boolean {
  return port.exposure === undefined || port.exposure.includes(vantage);
}

/**
 * Whether the port must answer here. One that names no vantage points may be open from everywhere, but is expected only
 * from the installation's own vantage point: a firewall that blocks the others makes nothing missing.
 */
export function isExpected(port: AuthorizedPort, { now, vantage, viewpoint }: Asking): boolean {
  if (port.presence !== "expected" || !isInForce(port, now)) return false;
  return port.exposure === undefined ? (viewpoint?.own ?? true) : port.exposure.includes(vantage);
}

/** Whether the selector matches a host. An undeclared host has the system type and tags of its target. */
export function createSelectorMatch(selector: Selector): (host: Selectable) => boolean {
  const block = selector.cidr === undefined ? undefined : addressesOf(selector.cidr);
  return ({ address, asset, target }) =>
    (selector.asset === undefined || asset?.name === selector.asset) &&
    (selector.tag === undefined || (asset ?? target).tags.includes(selector.tag)) &&
    (selector.systemType === undefined || (asset ?? target).systemType === selector.systemType) &&
    (selector.cidr === undefined || block?.has(address) === true) &&
    hasField(selector);
}

function hasField({ asset, tag, systemType, cidr }: Selector): boolean {
  return (asset ?? tag ?? systemType ?? cidr) !== undefined;
}

/** A block that cannot be parsed selects nothing: stored selectors were checked when they were approved. */
function addressesOf(cidr: string): AddressSet | undefined {
  try {
    const target = parseTarget(cidr);
    return target.kind === "addresses" ? target.set : undefined;
  } catch {
    return undefined;
  }
}

/** One key per rule, several per host: a rule is tried only on hosts that share its most selective field. */
function indexKey({ asset, tag, systemType }: Selector): string {
  if (asset !== undefined) return `asset ${asset}`;
  if (systemType !== undefined) return `type ${systemType}`;
  if (tag !== undefined) return `tag ${tag}`;
  return "address";
}

function keysOf({ asset, target }: Selectable): string[] {
  const { systemType, tags } = asset ?? target;
  const keys = ["address", `type ${systemType}`, ...new Set(tags.map((tag) => `tag ${tag}`))];
  return asset === undefined ? keys : [`asset ${asset.name}`, ...keys];
}
