import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ETHERTYPE_IPV4, ETHERTYPE_IPV6, write16, writeEthernet, writeIp } from "./frame.ts";
import { readNeighbour, whoHas } from "./neighbour.ts";
import { emptyReply, outcomeOfIcmp, outcomeOfIcmpv6, readReply } from "./reply.ts";
import { synTemplate, writeSyn } from "./syn.ts";

const SEQUENCE = -123_456_789;
const ends = { from: Uint8Array.of(2, 0, 0, 0, 0, 1), to: Uint8Array.of(2, 0, 0, 0, 0, 2) };
const OWN = { 4: Uint8Array.of(10, 77, 0, 1), 6: Uint8Array.of(0xfd, 0x77, ...Array(13).fill(0), 1) };
const PEER = { 4: Uint8Array.of(10, 77, 0, 2), 6: Uint8Array.of(0xfd, 0x77, ...Array(13).fill(0), 2) };
type Version = 4 | 6;

function packet(version: Version, protocol: number, payload: Uint8Array): Uint8Array {
  const frame = new Uint8Array(14 + (version === 4 ? 20 : 40) + payload.length);
  writeEthernet(frame, ends, version === 4 ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6);
  const header = { source: PEER[version], destination: OWN[version], protocol, length: payload.length, hops: 64 };
  frame.set(payload, writeIp(frame, header));
  return frame;
}

function tcp(version: Version, flags: number): Uint8Array {
  const segment = new Uint8Array(20);
  write16(segment, 0, 443);
  write16(segment, 2, 61_001);
  new DataView(segment.buffer).setInt32(8, SEQUENCE + 1);
  segment[13] = flags;
  return packet(version, 6, segment);
}

/** An ICMP error that quotes our SYN up to so many bytes of TCP. */
function icmp(version: Version, type: number, code: number, quotedTcp = 8): Uint8Array {
  const template = synTemplate(ends, OWN[version], PEER[version]);
  const syn = new Uint8Array(template.bytes.length);
  writeSyn(syn, 0, template, 61_001, 443, SEQUENCE);
  return packet(
    version,
    version === 4 ? 1 : 58,
    Uint8Array.of(type, code, 0, 0, 0, 0, 0, 0, ...syn.slice(14, template.tcpAt + quotedTcp)),
  );
}

function read(frame: Uint8Array) {
  const reply = emptyReply();
  if (!readReply(frame, 0, frame.length, reply)) return undefined;
  const at = (from: number) => frame.slice(from, from + reply.addressLength);
  const { outcome, port, sourcePort, sequence } = reply;
  return { outcome, port, sourcePort, sequence, own: at(reply.ownAt), peer: at(reply.peerAt) };
}

describe.each([4, 6] as const)("replies over IPv%i", (version) => {
  const about = { port: 443, sourcePort: 61_001, sequence: SEQUENCE, own: OWN[version], peer: PEER[version] };
  const state = (name: string) => ({ ...about, outcome: { kind: "state", state: name } });

  it("are a SYN-ACK and a RST with an acknowledgement, and no other TCP", () => {
    expect(read(tcp(version, 0x12))).toEqual(state("open"));
    expect(read(tcp(version, 0x14))).toEqual(state("closed"));
    for (const flags of [0x00, 0x01, 0x02, 0x04, 0x10, 0x11, 0x16]) expect(read(tcp(version, flags))).toBeUndefined();
  });

  it("are ICMP errors that quote the SYN, however little more than its first eight bytes", () => {
    const [type, host, prohibited] = version === 4 ? ([3, 1, 13] as const) : ([1, 3, 1] as const);
    expect(read(icmp(version, type, host))).toEqual(state("unreachable"));
    expect(read(icmp(version, type, prohibited, 24))).toEqual(state("filtered"));
    expect(read(icmp(version, type, host, 7))).toBeUndefined();
    expect(read(icmp(version, version === 4 ? 8 : 128, 0))).toBeUndefined();
  });

  it("are nothing when they are cut off anywhere", () => {
    for (const frame of [tcp(version, 0x12), icmp(version, version === 4 ? 3 : 1, 1)]) {
      for (let length = 0; length < frame.length; length++) expect(read(frame.slice(0, length))).toBeUndefined();
    }
  });

  it("never throw and never read outside of their bounds, whatever the bytes", () => {
    const sound = [tcp(version, 0x12), icmp(version, 3, 1), icmp(version, 1, 1)];
    const edits = fc.array(fc.tuple(fc.nat(100), fc.nat(255)), { maxLength: 6 });
    fc.assert(
      fc.property(fc.constantFrom(...sound), edits, fc.nat(90), (original, changes, length) => {
        const frame = original.slice(0, length);
        for (const [at, value] of changes) if (at < frame.length) frame[at] = value;
        const reply = emptyReply();
        // Behind the frame is another one's memory: what it holds must make no difference.
        const [zeros, ones] = [0x00, 0xff].map((beyond) => {
          const memory = new Uint8Array(256).fill(beyond);
          memory.set(frame, 16);
          const found = readReply(memory, 16, 16 + frame.length, reply);
          return found ? { ...reply } : readNeighbour(memory, 16, 16 + frame.length);
        });
        expect(zeros).toEqual(ones);
      }),
    );
  });
});

describe("kinds of unreachable", () => {
  it("are told apart as RFC 792, 1812 and 4443 name them", () => {
    const states = (of: typeof outcomeOfIcmp, type: number, codes: number[]) =>
      codes.map((code) => {
        const outcome = of(type, code);
        return outcome?.kind === "state" ? outcome.state : outcome;
      });
    expect(states(outcomeOfIcmp, 3, [0, 1, 6, 7])).toEqual(Array(4).fill("unreachable"));
    expect(states(outcomeOfIcmp, 3, [2, 3, 9, 10, 13])).toEqual(Array(5).fill("filtered"));
    expect(states(outcomeOfIcmp, 3, [4])).toEqual([undefined]);
    expect(states(outcomeOfIcmp, 11, [0])).toEqual(["unreachable"]);
    expect(states(outcomeOfIcmpv6, 1, [0, 2, 3])).toEqual(Array(3).fill("unreachable"));
    expect(states(outcomeOfIcmpv6, 1, [1, 4, 5, 6])).toEqual(Array(4).fill("filtered"));
    expect(states(outcomeOfIcmpv6, 2, [0])).toEqual([undefined]);
  });
});

describe("neighbours", () => {
  it("are queried as RFC 826 and 4861 specify", () => {
    expect(Buffer.from(whoHas(ends.from, OWN[4], PEER[4])).toString("hex")).toBe(
      "ffffffffffff0200000000010806" + "0001080006040001" + "0200000000010a4d0001" + "0000000000000a4d0002",
    );
    const question = whoHas(ends.from, OWN[6], PEER[6]);
    expect(Buffer.from(question.slice(0, 6)).toString("hex")).toBe("3333ff000002");
    expect(question.slice(-8)).toEqual(Uint8Array.of(1, 1, ...ends.from));
  });

  it("are believed when they answer, over one hop, and in full", () => {
    const arp = whoHas(ends.from, OWN[4], PEER[4]);
    expect(readNeighbour(arp, 0, arp.length)).toBeUndefined();
    arp[21] = 2;
    expect(readNeighbour(arp, 0, arp.length)).toEqual({ address: OWN[4], hardware: ends.from });
    expect(readNeighbour(arp, 0, arp.length - 1)).toBeUndefined();

    const advertisement = whoHas(ends.from, OWN[6], PEER[6]);
    advertisement[54] = 136;
    advertisement[78] = 2;
    expect(readNeighbour(advertisement, 0, advertisement.length)).toEqual({ address: PEER[6], hardware: ends.from });
    advertisement[21] = 254;
    expect(readNeighbour(advertisement, 0, advertisement.length)).toBeUndefined();
  });
});
