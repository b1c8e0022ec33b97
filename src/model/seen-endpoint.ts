import { endpointKey, type Endpoint } from "./endpoint.ts";
import type { Instant } from "./time.ts";

/** An endpoint as one vantage point sees it. */
export interface EndpointFrom extends Endpoint {
  readonly vantage: string;
}

/** An endpoint on which a vantage point saw what a finding is about, and when it last did. */
export interface SeenEndpoint extends EndpointFrom {
  readonly seenAt: Instant;
}

export function endpointFromKey(endpoint: EndpointFrom): string {
  return JSON.stringify([endpoint.vantage, endpointKey(endpoint)]);
}

/** `tcp/192.0.2.1:443 from inside and outside`, one text per endpoint. */
export function describeEndpoints(endpoints: readonly EndpointFrom[]): string[] {
  return [...Map.groupBy(endpoints, endpointKey)].map(
    ([key, all]) => `${key} from ${[...new Set(all.map(({ vantage }) => vantage))].sort().join(" and ")}`,
  );
}
