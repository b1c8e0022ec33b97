import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checksumOf, sum16 } from "./checksum.ts";
import { synTemplate, writeSyn } from "./syn.ts";

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(/\s/g, ""), "hex"));
const address = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const port = fc.integer({ min: 1, max: 65_535 });
const ends = { from: bytesOf("020000000001"), to: bytesOf("020000000002") };

describe("checksum", () => {
  it("is that of RFC 1071, section 3, and of a known IPv4 header", () => {
    expect(checksumOf(sum16(bytesOf("0001 f203 f4f5 f6f7"), 0, 8))).toBe(~0xddf2 & 0xffff);
    expect(checksumOf(sum16(bytesOf("4500 0073 0000 4000 4011 0000 c0a8 0001 c0a8 00c7"), 0, 20))).toBe(0xb861);
  });

  it("makes a whole of even length sum up to nothing, at any place", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 2, maxLength: 200 }), (data) => {
        const even = Uint8Array.from([...data.slice(0, data.length & ~1), 0, 0]);
        const checksum = checksumOf(sum16(even, 0, even.length));
        even.set([checksum >>> 8, checksum & 0xff], even.length - 2);
        expect(checksumOf(sum16(even, 0, even.length))).toBe(0);
      }),
    );
  });
});

describe("SYN", () => {
  it("is, byte for byte, what it should be", () => {
    const template = synTemplate(ends, Uint8Array.of(10, 77, 0, 1), Uint8Array.of(10, 77, 0, 2));
    const frame = new Uint8Array(template.bytes.length);
    writeSyn(frame, 0, template, 61_000, 80, 0x01020304);
    expect(Buffer.from(frame).toString("hex")).toBe(
      [
        "020000000002020000000001" + "0800",
        "4500002c" + "00004000" + "4006" + "2630" + "0a4d0001" + "0a4d0002",
        "ee480050" + "01020304" + "00000000" + "6002faf0" + tcpChecksum(frame) + "0000" + "020405b4",
      ].join(""),
    );
  });

  it("carries right checksums for any ends, ports and sequence number, wherever it is written", () => {
    const pair = fc.constantFrom(4, 16).chain((length) => fc.tuple(address(length), address(length)));
    fc.assert(
      fc.property(
        pair,
        port,
        port,
        fc.integer(),
        fc.nat(40),
        ([from, to], sourcePort, destinationPort, sequence, at) => {
          const template = synTemplate(ends, from, to);
          const target = new Uint8Array(at + template.bytes.length).fill(0xff);
          writeSyn(target, at, template, sourcePort, destinationPort, sequence);
          const frame = target.subarray(at);
          const tcp = frame.subarray(template.tcpAt);
          const pseudo = sum16(to, 0, to.length, sum16(from, 0, from.length)) + 6 + tcp.length;
          expect(checksumOf(sum16(tcp, 0, tcp.length, pseudo))).toBe(0);
          if (from.length === 4) expect(checksumOf(sum16(frame, 14, 34))).toBe(0);
          const view = new DataView(tcp.slice().buffer);
          expect([view.getUint16(0), view.getUint16(2), view.getInt32(4)]).toEqual([
            sourcePort,
            destinationPort,
            sequence,
          ]);
        },
      ),
    );
  });
});

/** By another way than the code's: all words one after another, carried at once. */
function tcpChecksum(frame: Uint8Array): string {
  const tcp = Uint8Array.from(frame.slice(34));
  tcp.set([0, 0], 16);
  const whole = [...frame.slice(26, 34), 0, 6, 0, tcp.length, ...tcp];
  let sum = 0;
  for (let i = 0; i < whole.length; i += 2) {
    sum += whole[i]! * 256 + whole[i + 1]!;
    if (sum > 0xffff) sum -= 0xffff;
  }
  return (0xffff - sum).toString(16).padStart(4, "0");
}
