import { endpointKey, type Endpoint } from "../../model/index.ts";
import { formatSpans } from "./coverage.ts";
import { joinSpans } from "./spans.ts";

/** Endpoints by address and transport, in the order of their first: `tcp/192.0.2.1:22,80-90`. */
export function groupEndpoints(endpoints: readonly Endpoint[]): string[] {
  const groups = Map.groupBy(endpoints, ({ address, transport }) => `${transport} ${address}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const ports = joinSpans(
      group.map(({ port }) => [port, port] as const),
      [],
    );
    return [endpointKey(first).replace(/\d+$/, formatSpans(ports))];
  });
}

/** The endpoints of such a text, by `endpointKey`. */
export function readGroup(group: string): string[] {
  const colon = group.lastIndexOf(":");
  const host = group.slice(0, colon + 1);
  return group
    .slice(colon + 1)
    .split(",")
    .flatMap((span) => {
      const [first = Number.NaN, last = first] = span.split("-").map(Number);
      return Array.from({ length: last - first + 1 }, (_, index) => `${host}${first + index}`);
    });
}
