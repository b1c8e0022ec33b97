import { describe, expect, it } from "vitest";
import { payloadOf } from "./by-port.ts";
import { RANDOM_BYTES } from "./bytes.ts";

const RANDOM = Uint8Array.from({ length: RANDOM_BYTES }, (_, i) => 0xf0 - i);
const sent = (port: number, tried = 0): Buffer => Buffer.from(payloadOf(port).payloads[tried]?.(RANDOM) ?? []);

/** Reads BER as nested lists; a string or number stays bytes. Throws where lengths do not add up. */
type Ber = readonly [tag: number, content: Buffer | readonly Ber[]];
function readBer(from: Buffer): Ber[] {
  const found: Ber[] = [];
  for (let at = 0; at < from.length;) {
    const tag = from[at] ?? 0;
    let length = from[at + 1] ?? 0;
    let start = at + 2;
    if (length & 0x80) {
      const octets = length & 0x7f;
      length = from.readUIntBE(start, octets);
      start += octets;
    }
    if (start + length > from.length) throw new Error(`tag ${tag} is longer than what holds it`);
    const content = from.subarray(start, start + length);
    found.push([tag, (tag & 0x20) !== 0 ? readBer(content) : content]);
    at = start + length;
  }
  return found;
}
const child = (of: Ber | undefined, ...path: number[]): Ber | undefined =>
  path.reduce<Ber | undefined>((at, i) => (Buffer.isBuffer(at?.[1]) ? undefined : at?.[1][i]), of);
const valueOf = (of: Ber | undefined): string => (Buffer.isBuffer(of?.[1]) ? of[1].toString("hex") : "");

describe("payloads", () => {
  it.each([
    [53, "version.bind", 16, 3],
    [5353, "_services._dns-sd._udp.local", 12, 1],
    [137, `CK${"A".repeat(30)}`, 33, 1],
  ])("of port %i are one question in DNS form, never for all records", (port, name, type, of) => {
    const query = sent(port);
    expect(query.subarray(2, 12).toString("hex")).toBe("00000001000000000000");
    const labels: string[] = [];
    let at = 12;
    for (; query[at] !== 0; at += 1 + (query[at] ?? 0))
      labels.push(query.toString("latin1", at + 1, at + 1 + (query[at] ?? 0)));
    expect([labels.join("."), query.readUInt16BE(at + 1), query.readUInt16BE(at + 3)]).toEqual([name, type, of]);
    expect(query).toHaveLength(at + 5);
    expect(query.readUInt16BE(at + 1)).not.toBe(255);
  });

  it("of SNMP are discovery without credentials, then one object by version 1 and 2c", () => {
    const [v3] = readBer(sent(161));
    expect(valueOf(child(v3, 0))).toBe("03");
    expect(valueOf(child(v3, 1, 2))).toBe("04");
    expect(readBer(child(v3, 2)?.[1] as Buffer)).toHaveLength(1);
    for (const [tried, version] of [
      [1, "00"],
      [2, "01"],
    ] as const) {
      const [get] = readBer(sent(161, tried));
      expect(valueOf(child(get, 0))).toBe(version);
      expect(child(get, 2)?.[0]).toBe(0xa0);
      expect(child(get, 2, 3)?.[1]).toHaveLength(1);
      expect(valueOf(child(get, 2, 3, 0, 0))).toBe("2b06010201010300");
    }
  });

  it("of directories are well-formed BER that asks for no attribute and names nobody's realm", () => {
    const [search] = readBer(sent(389));
    expect(child(search, 1)?.[0]).toBe(0x63);
    expect(valueOf(child(search, 1, 7, 0))).toBe(Buffer.from("1.1").toString("hex"));
    const [request] = readBer(sent(88));
    expect(request?.[0]).toBe(0x6a);
    expect(valueOf(child(request, 0, 2, 0, 2, 0))).toBe(Buffer.from("PORTOLAN.INVALID").toString("hex"));
  });

  it.each([
    [500, 0, 0, 0x20, 34],
    [500, 1, 0, 0x10, 2],
    [4500, 0, 4, 0x20, 34],
    [4500, 1, 4, 0x10, 2],
  ])("of IKE on port %i, try %i, have payloads that add up", (port, tried, marker, version, exchange) => {
    const whole = sent(port, tried);
    expect(whole.readUIntBE(0, 4) === 0).toBe(marker === 4);
    const ike = whole.subarray(marker);
    expect([ike[17], ike[18], ike.readUInt32BE(24)]).toEqual([version, exchange, ike.length]);
    let next = ike[16] ?? 0;
    let at = 28;
    while (next !== 0) {
      next = ike[at] ?? 0;
      at += ike.readUInt16BE(at + 2);
    }
    expect(at).toBe(ike.length);
  });

  it("of QUIC are long headers of a reserved version, of 1,200 bytes", () => {
    const initial = sent(443);
    expect(initial).toHaveLength(1_200);
    expect((initial[0] ?? 0) & 0xc0).toBe(0xc0);
    expect(initial.readUInt32BE(1) & 0x0f0f0f0f).toBe(0x0a0a0a0a);
    expect([initial[5], initial[14]]).toEqual([8, 8]);
  });

  it("of DTLS are a ClientHello whose lengths nest", () => {
    const record = sent(5684);
    expect([record[0], record.readUInt16BE(11)]).toEqual([22, record.length - 13]);
    expect([record[13], record.readUIntBE(14, 3), record.readUIntBE(22, 3)]).toEqual([
      1,
      record.length - 25,
      record.length - 25,
    ]);
    const hello = record.subarray(25);
    expect([hello.readUInt16BE(0), hello[34], hello[35]]).toEqual([0xfefd, 0, 0]);
    const suites = hello.readUInt16BE(36);
    expect(hello.readUInt16BE(38 + suites + 2)).toBe(hello.length - (38 + suites + 4));
  });

  it("of IPMI carry the checksums of the specification's example", () => {
    expect(sent(623, 1).toString("hex")).toBe("0600ff07000000000000000000092018c88100388e04b5");
  });

  it("of SIP are one request that ends with an empty line and is answered to where it came from", () => {
    const text = sent(5060).toString();
    expect(text).toMatch(/^OPTIONS sip:\S+ SIP\/2\.0\r\n(\S+: \S.*\r\n)+\r\n$/);
    expect(text).toContain(";rport");
  });

  it.each([
    [123, 48, "23"],
    [3478, 20, "000100002112a442"],
    [111, 40, "f0efeeed0000000000000002000186a0000000020000000"],
    [1194, 14, "38f0efeeedecebeae90000000000"],
    [1701, 60, "c802003c0000000000000000"],
    [2123, 13, "40010009"],
    [2152, 12, "32010004"],
    [3389, 1_232, "ffffffff00400001"],
    [520, 24, "010200000002"],
    [5683, 4, "4000"],
    [47_808, 17, "810a00110104"],
    [69, 34, "0001"],
    [177, 7, "00010002000100"],
  ])("of port %i have the length and the beginning of their specification", (port, length, beginning) => {
    expect(sent(port)).toHaveLength(length);
    expect(sent(port).toString("hex").startsWith(beginning)).toBe(true);
  });

  it("are empty for services that do not answer strangers, and for unknown ports", () => {
    for (const port of [514, 1812, 51_820, 9, 40_000]) {
      expect(payloadOf(port).protocol).toBe("empty");
      expect(sent(port)).toHaveLength(0);
    }
  });

  it("fit into one packet anywhere, and never hold a request known to amplify", { tags: ["long"] }, () => {
    for (let port = 1; port <= 65_535; port++) {
      const { payloads } = payloadOf(port);
      for (const [tried] of payloads.entries()) {
        expect(sent(port, tried).length).toBeLessThanOrEqual(1_232);
        if (port === 11_211) expect(sent(port).subarray(8).toString()).toBe("version\r\n");
        // NTP mode 7, MC-SQLR's list of all instances, SSDP's of all devices.
        if (port === 123) expect((sent(port)[0] ?? 0) & 7).toBe(3);
        if (port === 1434) expect([2, 3]).not.toContain(sent(port)[0]);
        if (port === 1900) expect(sent(port).toString()).not.toContain("ssdp:all");
      }
    }
  });
});
