import { createHmac, timingSafeEqual, type Hmac } from "node:crypto";
import { Fault, type Instant } from "../../model/index.ts";
import { parseMessage, TYPE } from "./dns-message.ts";
import { Malformed, nameToWire, readName } from "./dns-name.ts";

/** Transaction signatures with HMAC-SHA256 (RFC 8945). */

export interface TsigKey {
  readonly name: string;
  readonly secret: Uint8Array;
}

const ALGORITHM = "hmac-sha256";
const ANY = 255;
const MAC = 32;
/** Seconds by which the clocks may differ. */
const FUDGE = 300;
/** A server signs at least every hundredth message (section 5.3.1). */
const MOST_UNSIGNED = 99;

/** Reads a key file as `tsig-keygen` and `keymgr` write it: `key "name" { algorithm hmac-sha256; secret "…"; };` */
export function parseTsigKey(text: string, file: string): TsigKey {
  const [, name = "", body = ""] =
    /^\s*key\s+"?([^\s"{}]{1,255})"?\s*\{([^{}]{0,4096})\}\s*;?\s*$/.exec(uncommented(text)) ?? [];
  const algorithm = /(?:^|;)\s*algorithm\s+"?([\w.-]+?)\.?"?\s*;/i.exec(body)?.[1]?.toLowerCase();
  const secret = /(?:^|;)\s*secret\s+"([A-Za-z0-9+/]+=*)"\s*;/i.exec(body)?.[1];
  if (name !== "" && algorithm === ALGORITHM && secret !== undefined) {
    return { name: name.toLowerCase().replace(/\.$/, ""), secret: Buffer.from(secret, "base64") };
  }
  throw new Fault("config-invalid", "It is not a TSIG key for HMAC-SHA256.", {
    place: file,
    next: "Write it with tsig-keygen -a hmac-sha256 NAME.",
  });
}

export interface TsigSession {
  /** The request with its signature. */
  readonly request: Uint8Array;
  /** Checks the next message of the answer, in order. @throws Malformed for one that the key did not sign in time */
  check(message: Uint8Array): void;
  /** Whether the last message that was checked was signed itself: only then is the answer whole. */
  isSettled(): boolean;
}

export function signTransfer(message: Uint8Array, key: TsigKey, now: () => Instant): TsigSession {
  const id = message.subarray(0, 2);
  const signedAt = Math.floor(now() / 1_000);
  const mac = hmac(key).update(message).update(variables(key, signedAt)).digest();
  let digest = hmac(key).update(lengthOf(mac)).update(mac);
  let isFirst = true;
  let unsigned = 0;

  return {
    request: withSignature(message, key, { id, signedAt, mac }),
    check(bytes) {
      const found = signatureIn(bytes, key);
      if (found === undefined) {
        unsigned += 1;
        if (isFirst || unsigned > MOST_UNSIGNED) throw new Malformed("a message that had to be signed is not");
        digest.update(bytes);
        return;
      }
      digest.update(found.without);
      digest.update(isFirst ? variables(key, found.signedAt) : timers(found.signedAt, found.fudge));
      const expected = digest.digest();
      if (found.mac.length !== MAC || !timingSafeEqual(expected, found.mac)) {
        throw new Malformed("a signature does not belong to the message and the key");
      }
      if (Math.abs(now() / 1_000 - found.signedAt) > FUDGE) {
        throw new Malformed("a message was signed at another time: the clocks differ by more than five minutes");
      }
      digest = hmac(key).update(lengthOf(found.mac)).update(found.mac);
      isFirst = false;
      unsigned = 0;
    },
    isSettled: () => !isFirst && unsigned === 0,
  };
}

function hmac({ secret }: TsigKey): Hmac {
  return createHmac("sha256", secret);
}

/** Of the request and the first answer (section 4.3.3); fudge, error and other data as they have to be here. */
function variables({ name }: TsigKey, signedAt: number): Uint8Array {
  const fixed = Buffer.alloc(6);
  fixed.writeUInt16BE(ANY, 0);
  return Buffer.concat([nameToWire(name), fixed, nameToWire(ALGORITHM), timers(signedAt, FUDGE), Buffer.alloc(4)]);
}

function timers(signedAt: number, fudge: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeUIntBE(signedAt, 0, 6);
  bytes.writeUInt16BE(fudge, 6);
  return bytes;
}

function withSignature(
  message: Uint8Array,
  { name }: TsigKey,
  { id, signedAt, mac }: { readonly id: Uint8Array; readonly signedAt: number; readonly mac: Uint8Array },
): Uint8Array {
  const data = Buffer.concat([
    ...[nameToWire(ALGORITHM), timers(signedAt, FUDGE), lengthOf(mac), mac, id],
    Buffer.alloc(4),
  ]);
  const fixed = Buffer.alloc(8);
  fixed.writeUInt16BE(TYPE.TSIG, 0);
  fixed.writeUInt16BE(ANY, 2);
  const signed = Buffer.concat([message, nameToWire(name), fixed, lengthOf(data), data]);
  signed.writeUInt16BE(signed.readUInt16BE(10) + 1, 10);
  return signed;
}

/** The signature of a message, and the message as it was signed; undefined: it has none. */
function signatureIn(bytes: Uint8Array, key: TsigKey) {
  const { last } = parseMessage(bytes);
  if (last?.type !== TYPE.TSIG) return undefined;
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const algorithm = readName(bytes, last.data);
  const size = algorithm.end + 10 <= last.end ? data.readUInt16BE(algorithm.end + 8) : 0;
  const after = algorithm.end + 10 + size;
  if (last.owner !== textOf(key.name) || algorithm.name !== ALGORITHM || after + 6 > last.end) {
    throw new Malformed("a signature is of another key or algorithm");
  }
  if (data.readUInt16BE(after + 2) !== 0) throw new Malformed("the server did not accept the signature of the request");
  const without = Buffer.from(bytes.subarray(0, last.start));
  without.writeUInt16BE(without.readUInt16BE(10) - 1, 10);
  data.copy(without, 0, after, after + 2);
  return {
    without,
    signedAt: data.readUIntBE(algorithm.end, 6),
    fudge: data.readUInt16BE(algorithm.end + 6),
    mac: data.subarray(algorithm.end + 10, after),
  };
}

function textOf(name: string): string {
  return readName(nameToWire(name), 0).name;
}

function lengthOf(bytes: Uint8Array): Uint8Array {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length, 0);
  return length;
}

/** Without comments, as BIND's configuration has them. */
function uncommented(text: string): string {
  return text
    .slice(0, 65_536)
    .replaceAll(/\/\*[^]*?\*\//g, "")
    .replaceAll(/(^|[\s;])(?:\/\/|#)[^\n]*/g, "$1");
}
