import fc from "fast-check";
import { expect, it } from "vitest";
import { errorOf, LITTLE, readMessage } from "../../../platform/netlink/index.ts";
import { askRoute, readEthernetLink, readNeighbourEntry, readRoute } from "./netlink.ts";

/** As a kernel on x86-64 answered `ip route get`: via a gateway, from an address, out of interface 2. */
const ROUTE =
  "3c000000 18000000 07000000 00000000" +
  "02200000 fe000001 00020000" +
  "08000400 02000000" +
  "08000500 0a4d00fe" +
  "08000700 0a4d0001" +
  "08000100 c6336407";
const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex"));

it.runIf(LITTLE)("reads a route, and requests one", () => {
  const message = readMessage(bytesOf(ROUTE));
  expect(message).toMatchObject({ type: 24, sequence: 7 });
  expect(readRoute(message!)).toEqual({
    type: 1,
    link: 2,
    gateway: Uint8Array.of(10, 77, 0, 254),
    source: Uint8Array.of(10, 77, 0, 1),
  });
  expect(Buffer.from(askRoute(7, Uint8Array.of(198, 51, 100, 7))).toString("hex")).toBe(
    "24000000" + "1a000100" + "07000000" + "00000000" + "02200000" + "00000000" + "00000000" + "08000100" + "c6336407",
  );
});

it.runIf(LITTLE)("reads an error as its number", () => {
  const message = readMessage(bytesOf("14000000 02000000 01000000 00000000 9bffffff"));
  expect(errorOf(message!)).toBe(101);
});

it("survives any bytes", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120 }), fc.constantFrom(16, 24, 28), (noise, type) => {
      const message = { type, sequence: 0, body: noise };
      for (const read of [readRoute, readNeighbourEntry, readEthernetLink]) read(message);
      const whole = readMessage(noise);
      expect(whole === undefined || whole.body.length + 16 <= noise.length).toBe(true);
    }),
  );
});
