import { describe, expect, it } from "vitest";
import type { Endpoint } from "../../model/index.ts";
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
