import { expect, it } from "vitest";
import { LITTLE, withAttribute } from "../../platform/netlink/index.ts";
import { readNeighbour, readNetwork, RTM_NEWADDR, RTM_NEWNEIGH } from "./neighbour-table.ts";

function entry(family: number, state: number, address: readonly number[]) {
  const fixed = new Uint8Array(12);
  const view = new DataView(fixed.buffer);
  fixed[0] = family;
  view.setInt32(4, 3, LITTLE);
  view.setUint16(8, state, LITTLE);
  return { type: RTM_NEWNEIGH, sequence: 1, body: withAttribute(fixed, 1, Uint8Array.from(address)) };
}

it("distinguishes neighbours that answered, that did not, and that were not queried", () => {
  const address = [10, 0, 0, 9];
  expect(readNeighbour(entry(2, 0x02, address))).toEqual({ link: 3, address: "10.0.0.9", state: "reachable" });
  expect(readNeighbour(entry(2, 0x20, address))).toMatchObject({ state: "unreachable" });
  for (const state of [0x01, 0x04, 0x08, 0x10]) {
    expect(readNeighbour(entry(2, state, address))).toMatchObject({ state: "unsure" });
  }
});

it("skips entries that were set by hand, are not IP, or are cut off", () => {
  expect(readNeighbour(entry(2, 0x80, [10, 0, 0, 9]))).toBeUndefined();
  expect(readNeighbour(entry(2, 0x40, [10, 0, 0, 9]))).toBeUndefined();
  expect(readNeighbour(entry(7, 0x02, [10, 0, 0, 9]))).toBeUndefined();
  expect(readNeighbour(entry(2, 0x02, [10, 0, 0]))).toBeUndefined();
  const { body, ...rest } = entry(2, 0x02, [10, 0, 0, 9]);
  for (let length = 0; length < body.length; length++) {
    expect(readNeighbour({ ...rest, body: body.slice(0, length) })).toBeUndefined();
  }
});

it("reads the network of an address", () => {
  const network = (family: number, prefix: number, address: readonly number[]) =>
    readNetwork({
      type: RTM_NEWADDR,
      sequence: 1,
      body: withAttribute(Uint8Array.of(family, prefix, 0, 0, 0, 0, 0, 0), 1, Uint8Array.from(address)),
    })?.addresses.ranges;
  expect(network(2, 20, [10, 1, 35, 7])).toEqual([{ first: "10.1.32.0", last: "10.1.47.255" }]);
  expect(network(2, 32, [10, 1, 35, 7])).toEqual([{ first: "10.1.35.7", last: "10.1.35.7" }]);
  expect(network(10, 64, [0xfd, 0x77, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])).toEqual([
    { first: "fd77::", last: "fd77::ffff:ffff:ffff:ffff" },
  ]);
  expect(network(2, 33, [10, 1, 35, 7])).toBeUndefined();
});
