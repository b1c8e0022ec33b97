import { describe, expect, it } from "vitest";
import { endpointKey, type Endpoint } from "../../model/index.ts";
import type { HeldService } from "../../record/history/index.ts";
import { dueToAsk } from "./services.ts";

const host = (address: string, ports: number, transport: "tcp" | "udp" = "tcp"): [string, Endpoint[]] => [
  address,
  Array.from({ length: ports }, (_, index) => ({ address, transport, port: index + 1 })),
];
const due = (...hosts: [string, Endpoint[]][]) => dueToAsk({ open: new Map(hosts) }, [], new Map(), 0);

describe("the endpoints identified in one sweep", () => {
  it("are at most a hundred per host, none of a host that answers on thousands, and none over UDP", () => {
    const asked = due(host("10.0.0.1", 300), host("10.0.0.2", 5), host("10.0.0.3", 3_000), host("10.0.0.4", 3, "udp"));
    const count = (address: string): number => asked.filter((each) => each.address === address).length;
    expect(["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"].map(count)).toEqual([100, 5, 0, 0]);
  });
});

describe("the services of an endpoint that stays open", () => {
  it("are identified in one sweep of an hour, and no later than after 25 hours", () => {
    const minute = 60_000;
    const hour = 60 * minute;
    const noon = Date.parse("2026-03-14T12:00:00Z");
    const open = new Map(Array.from({ length: 12 }, (_, index) => host(`10.0.0.${index + 1}`, 4)));
    const endpoints = [...open.values()].flat();
    // Opened one after another, over a day.
    const held = new Map<string, HeldService>(
      endpoints.map((endpoint, index) => {
        const at = noon + (index * 24 * hour) / endpoints.length;
        return [endpointKey(endpoint), { endpoint, since: at, askedAt: at }];
      }),
    );
    const asking = new Map<number, number>();
    let longest = 0;
    for (let now = noon + 24 * hour + 17; now < noon + 60 * hour; now += minute) {
      const due = dueToAsk({ open }, endpoints, held, now);
      if (due.length > 0) asking.set(Math.floor(now / hour), (asking.get(Math.floor(now / hour)) ?? 0) + 1);
      for (const endpoint of due) {
        const key = endpointKey(endpoint);
        const known = held.get(key)!;
        longest = Math.max(longest, now - known.askedAt);
        held.set(key, { ...known, askedAt: now });
      }
    }
    expect(Math.max(...asking.values())).toBe(1);
    expect(longest).toBeLessThan(25 * hour);
  });
});
