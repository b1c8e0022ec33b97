import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dnsAnswer, dnsName, dnsRecord, soaData } from "../../../test/dns-messages.ts";
import { Malformed, readName } from "./dns-name.ts";
import { transferRequest } from "./dns-message.ts";
import { readZone } from "./zone-file.ts";
import { parseTsigKey, signTransfer } from "./tsig.ts";
import { createTransfer } from "./zone-transfer.ts";

const SOA = dnsRecord("z.example", 6, soaData(42));
const A = dnsRecord("web.z.example", 1, Buffer.of(10, 0, 0, 1));
const took = (...messages: readonly Uint8Array[]) => {
  const transfer = createTransfer("z.example", 7);
  return messages.map((each) => transfer.take(each)).at(-1);
};

describe("a transferred zone", () => {
  it("is a zone file of its hosts, between the same SOA at both ends", () => {
    const cname = dnsRecord("www.z.example", 5, "web.z.example");
    const v6 = dnsRecord("web.z.example", 28, Buffer.from("20010db8000000000000000000000001", "hex"));
    const text = dnsRecord("z.example", 16, Buffer.of(1, 65));
    const odd = dnsRecord("a b(.z.example", 1, Buffer.of(10, 0, 0, 9));
    const zone = took(dnsAnswer([SOA, A, text]), dnsAnswer([cname, v6, odd, SOA]));
    expect(zone?.serial).toBe(42);
    const { records } = readZone(zone?.text ?? "", undefined);
    expect(records.map(({ name, address }) => `${name} ${address}`)).toEqual([
      "web.z.example 10.0.0.1",
      "web.z.example 2001:db8::1",
      String.raw`a\032b\040.z.example 10.0.0.9`,
      "www.z.example 10.0.0.1",
      "www.z.example 2001:db8::1",
    ]);
  });

  it.each<[string, readonly Uint8Array[], RegExp]>([
    ["another beginning", [dnsAnswer([A, SOA])], /begin with the SOA/],
    ["another zone's SOA", [dnsAnswer([dnsRecord("y.example", 6, soaData(1))])], /begin with the SOA/],
    ["a zone that changed", [dnsAnswer([SOA, A, dnsRecord("z.example", 6, soaData(43))])], /changed while/],
    ["records after the end", [dnsAnswer([SOA, SOA, A])], /follow the end/],
    ["an empty message", [dnsAnswer([SOA]), dnsAnswer([])], /is empty/],
    ["another id", [dnsAnswer([SOA], { id: 8 })], /does not answer/],
    ["a request", [dnsAnswer([SOA], { flags: 0 })], /does not answer/],
    ["a truncated message", [dnsAnswer([SOA], { flags: 0x8600 })], /truncated/],
    ["a refusal", [dnsAnswer([], { flags: 0x8405 })], /answered REFUSED/],
    ["fewer records than it counts", [dnsAnswer([SOA], { count: 2 })], /ends within a name/],
    ["octets after its records", [dnsAnswer([SOA, A], { count: 1 })], /octets after/],
    ["an address of three octets", [dnsAnswer([SOA, dnsRecord("a.z", 1, Buffer.of(1, 2, 3))])], /another length/],
    ["a header that is cut", [Buffer.alloc(11)], /shorter than its header/],
    ["a name that points at itself", [dnsAnswer([Buffer.of(0xc0, 12)], { count: 1 })], /lead backwards/],
  ])("is refused with %s", (_, messages, problem) => {
    expect(() => took(...messages)).toThrow(problem);
  });

  it("throws only its own error for any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        try {
          took(Buffer.concat([dnsAnswer([], { count: 3 }), bytes]));
        } catch (error) {
          expect(error).toBeInstanceOf(Malformed);
        }
      }),
      { numRuns: 500 },
    );
  });
});

it("a name is followed backwards only, and is at most 255 octets", () => {
  const message = Buffer.concat([dnsName("b.c"), Buffer.of(1, 97, 0xc0, 0)]);
  expect(readName(message, 5)).toEqual({ name: "a.b.c", end: 9 });
  const chain = Buffer.concat([...Array.from({ length: 140 }, () => Buffer.of(1, 97)), Buffer.of(0)]);
  expect(() => readName(chain, 0)).toThrow(/255/);
  expect(() => readName(Buffer.of(0x80), 0)).toThrow(Malformed);
});

describe("a signed transfer", () => {
  const text = `# made by tsig-keygen\nkey "k.example." {\n\talgorithm hmac-sha256;\n\tsecret "c2VjcmV0//0=";\n};\n`;

  it("needs a key file for HMAC-SHA256", () => {
    expect(parseTsigKey(text, "f")).toEqual({ name: "k.example", secret: Buffer.from("c2VjcmV0//0=", "base64") });
    for (const wrong of ["", text.replace("sha256;", "md5;"), text.replace("secret", "sec"), `${text}${text}`]) {
      expect(() => parseTsigKey(wrong, "f")).toThrow(
        expect.objectContaining({ next: "Write it with tsig-keygen -a hmac-sha256 NAME." }),
      );
    }
  });

  it("refuses messages without a signature, at the beginning and in the long run", () => {
    const session = signTransfer(transferRequest(7, "z.example"), parseTsigKey(text, "f"), () => 1_000);
    expect(() => session.check(dnsAnswer([SOA]))).toThrow(/had to be signed/);
    expect(session.isSettled()).toBe(false);
  });
});
