import type { AuthorizedPort, Instant, Transport } from "../../model/index.ts";
import type { Asking } from "./compared.ts";
import { createSelectorIndex, type Selectable } from "./selector-index.ts";

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
  const matchingOn = createSelectorIndex(authorizedPorts);
  return {
    on(host) {
      const matching = matchingOn(host);
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
