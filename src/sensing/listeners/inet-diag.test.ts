import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LITTLE } from "../../platform/netlink/index.ts";
import { askTable, DIAG_TABLES, settleDump, socketsIn } from "./inet-diag.ts";

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex"));
const [TCP4, TCP6] = DIAG_TABLES;

/** The reply of a kernel on x86-64 for a listener on [::]:8080 of user 1000; its accept queue holds `queued`. */
const message = (queued: string, only: string): string =>
  "68000000 14000200 01000000 99090000" +
  `0a0a0000 1f90 0000 ${"00".repeat(32)} 00000000 05000000 01000000` +
  `11223344 ${queued}000000 ff010000 e8030000 67120000` +
  `05000800 00000000 05000b00 ${only}000000`;
const DONE = "14000000 03000200 01000000 99090000 00000000";

const settle = (bytes: Uint8Array) =>
  settleDump(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, bytes.length);

describe.runIf(LITTLE)("a dump of inet_diag", () => {
  it("requests the listeners of one table alone", () => {
    expect(Buffer.from(askTable(TCP6!)).toString("hex")).toBe(
      `48000000140001030000000000000000${"0a060000"}${"00040000"}${"00".repeat(48)}`,
    );
  });

  it("holds sockets with their place, user, inode and what IPV6_V6ONLY says", () => {
    const dump = bytesOf(message("00", "01") + DONE);
    expect(settle(dump)).toBe("done");
    expect(socketsIn(dump, TCP6!)).toEqual([
      { transport: "tcp", address: "::", port: 8080, ipv6Only: true, uid: 1000, inode: 4711, cookie: 2 ** 32 + 5 },
    ]);
    expect(socketsIn(bytesOf(message("00", "00")), TCP6!)).toMatchObject([{ ipv6Only: false }]);
  });

  it("gives the same bytes as long as the sockets are the same, however busy they are", () => {
    const [idle, busy, other] = [message("00", "00"), message("07", "00"), message("00", "01")].map(bytesOf);
    for (const dump of [idle, busy, other]) expect(settle(dump!)).toBe("more");
    expect(busy).toEqual(idle);
    expect(other).not.toEqual(idle);
  });

  it("is broken by an error, and by a message that is cut off", () => {
    expect(settle(bytesOf("14000000 02000000 01000000 99090000 feffffff"))).toBe("broken");
    expect(settle(bytesOf(message("00", "00")).subarray(0, 90))).toBe("broken");
  });

  it("survives any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
        settle(noise);
        for (const socket of socketsIn(noise, TCP4!)) expect(socket.port).toBeGreaterThan(0);
      }),
    );
  });
});
