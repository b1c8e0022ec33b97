import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shippedFingerprints } from "./io/fingerprint-files.ts";
import { identityOf } from "./service-identity.ts";
import { GREETINGS, HELLOS } from "./protocols/index.ts";
import type { Parse, Parsed } from "./reading.ts";
import { readCertificate } from "./tls/certificate.ts";
import { readServerHello } from "./tls/server-hello.ts";

/** The beginnings of real replies, so that random bytes get past the first check of each parser. */
const HEADS = [
  "SSH-2.0-",
  "220 ",
  "* OK ",
  "+OK",
  "@RSYNCD: ",
  'INFO {"',
  "HTTP/1.1 200 OK\r\n",
  "HTTP/1.1 200 OK\r\n\r\n{",
  "RFB 003.008\n",
  "\xff\xfd\x18",
  "\x4a\0\0\0\x0a5.5.5-",
  "\x40\0\0\x01\xff",
  "+PONG\r\n",
  "VERSION ",
  "OK 900\r\n---\n",
  "R\0\0\0\x08\0\0\0\0",
  "E\0\0\0\x60SFATAL\0",
  "\x04\x01\0\x2b\0\0\x01\0\0",
  "\0\x60\0\0\x04\0\0\0",
  "\x84\0\0\0\x06\0\0\0\x20",
  "\x60\0\0\0\x01\0\0\0\x01\0\0\0\xdd\x07\0\0",
  "0\x84\0\0\0\x40\x02\x01\x07\x64",
  "\0\0\0\x40\xfeSMB",
  "\0\x30PO\x84\0\0\x01\0\x01\0\0\0\0",
  "\x80\0\0\x20PORT\0\0\0\x01",
  "AMQP\0\0\x09\x01",
  "\x01\0\0\0\0\x01\x40\0\x0a\0\x0a",
  "\x20\x02\0\0",
  "\0\0\0\x40PORT\0\0",
  "<?xml version='1.0'?>",
  "\x01\0\0\x0b\0\0\0\x40",
  "\x05\0",
  "\x16\x03\x03\0\x40\x02\0\0\x3c\x03\x03",
  "",
];

const replies = fc
  .tuple(fc.constantFrom(...HEADS), fc.uint8Array({ maxLength: 300 }))
  .map(([head, tail]) => new Uint8Array(Buffer.concat([Buffer.from(head, "latin1"), tail])));
const parsers: readonly [string, Parse][] = [...GREETINGS, ...HELLOS].map(({ name, parse }) => [name, parse]);
const fingerprints = shippedFingerprints();

/** Answers every request of a parser with the same bytes. */
function follow(parse: Parse, reply: Uint8Array): Parsed[] {
  const seen: Parsed[] = [];
  let current: Parse | undefined = parse;
  while (current !== undefined && seen.length < 6) {
    const parsed: Parsed = current(reply, true);
    seen.push(parsed);
    current = parsed.kind === "ask" ? parsed.next : undefined;
  }
  return seen;
}

describe("every parser", () => {
  it.each(parsers)("%s: any bytes at all, whole or not, without throwing, and to an end", (_, parse) => {
    fc.assert(
      fc.property(replies, fc.nat(), (reply, cut) => {
        parse(reply.subarray(0, cut % (reply.length + 1)), false);
        for (const parsed of follow(parse, reply)) {
          expect(parsed.kind).not.toBe("more");
          if (parsed.kind !== "is" && parsed.kind !== "ask") continue;
          const identity = identityOf(parsed.reading, reply, fingerprints);
          expect(JSON.stringify(identity).length).toBeLessThan(2_500);
          expect(JSON.stringify([identity.service, identity.product, identity.version])).not.toMatch(
            /[\x00-\x1f\x7f-\x9f]/,
          );
        }
      }),
      { numRuns: 150 },
    );
  });

  it.each(parsers)("%s: as much as is ever kept of what looks like it", (_, parse) => {
    for (const head of HEADS) {
      const reply = new Uint8Array(65_536).fill(0x41);
      reply.set(Buffer.from(head, "latin1"));
      follow(parse, reply);
    }
  });
});

describe("TLS", () => {
  it("reads any bytes as a ServerHello or not, without throwing", () => {
    fc.assert(
      fc.property(replies, fc.boolean(), (reply, last) => {
        const answer = readServerHello(reply, last);
        if (last) expect(answer.kind).not.toBe("more");
      }),
      { numRuns: 500 },
    );
  });

  it("reads any bytes as a certificate or not, without throwing", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (der) => void readCertificate(der)));
  });
});
