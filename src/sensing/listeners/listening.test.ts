import { expect, it } from "vitest";
import { addressSet } from "../../scope/index.ts";
import { listeningEndpoints } from "./listening.ts";

const own = addressSet(["127.0.0.1", "10.0.0.4", "::1"].map((address) => ({ first: address, last: address })));
const at = (address: string, transport: "tcp" | "udp" = "tcp") =>
  listeningEndpoints([{ address, transport, port: 8023 }], own)
    .map((endpoint) => endpoint.address)
    .sort();

it("says at which own addresses a listening socket is reachable", () => {
  expect(at("0.0.0.0")).toEqual(["10.0.0.4", "127.0.0.1"]);
  expect(at("::")).toEqual(["10.0.0.4", "127.0.0.1", "::1"]);
  expect(at("127.0.0.1")).toEqual(["127.0.0.1"]);
});

it("counts a socket on :: for IPv4 too, unless it leaves IPv4 alone", () => {
  const on = (ipv6Only: boolean) =>
    listeningEndpoints([{ address: "::", transport: "tcp", port: 80, ipv6Only }], own).map(({ address }) => address);
  expect(on(false)).toHaveLength(3);
  expect(on(true)).toEqual(["::1"]);
});

it("leaves out addresses that are not in scope, and UDP", () => {
  expect(at("192.0.2.1")).toEqual([]);
  expect(at("0.0.0.0", "udp")).toEqual([]);
});

it("counts an endpoint once, however many sockets listen on it", () => {
  const twice = [
    { address: "0.0.0.0", transport: "tcp" as const, port: 80 },
    { address: "10.0.0.4", transport: "tcp" as const, port: 80 },
  ];
  expect(listeningEndpoints(twice, own)).toHaveLength(2);
});
