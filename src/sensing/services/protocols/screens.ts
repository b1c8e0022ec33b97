import { bytes, cursor, latin1 } from "../bytes.ts";
import { is, OTHER, short, type Greeting, type Hello, type Parsed, type Reading } from "../reading.ts";

/** RFC 6143, section 7.1: `RFB 003.008\n`; security type 1 asks for no authentication. */
function vnc(reply: Uint8Array, last: boolean): Parsed {
  const head = latin1(reply.subarray(0, 12));
  if (!"RFB ".startsWith(head.slice(0, 4)) || head === "") return OTHER;
  if (head.length < 12) return short(last);
  const version = /^RFB (\d{3})\.(\d{3})\n$/.exec(head);
  if (version === null) return OTHER;
  const reading: Reading = { service: "vnc", confidence: "high" };
  const minor = Number(version[2]);
  return {
    kind: "ask",
    reading,
    send: bytes(minor >= 8 ? "RFB 003.008\n" : minor === 7 ? "RFB 003.007\n" : "RFB 003.003\n"),
    next: (answer, done) => {
      const read = cursor(answer);
      const types = minor >= 7 ? [...read.take(read.u8())] : [read.u32()];
      if (read.short) return short(done);
      if (types.length === 0) return OTHER;
      return is({ ...reading, access: types.includes(1) ? "anonymous" : "authenticated" });
    },
  };
}

/** X Window System Protocol, section 8: what follows a connection setup without authorization data. */
function x11(reply: Uint8Array, last: boolean): Parsed {
  const [outcome] = reply;
  if (outcome === undefined || outcome > 2) return OTHER;
  const read = cursor(reply);
  read.take(2);
  const major = read.u16();
  const minor = read.u16();
  const words = read.u16();
  if (read.short) return short(last);
  if (outcome === 0) {
    if (major !== 11 || minor !== 0 || words > 64) return OTHER;
    return is({ service: "x11", confidence: "high", access: "authenticated" });
  }
  if (outcome !== 1 || major !== 11 || words < 8) return OTHER;
  const release = read.u32();
  read.take(12);
  const vendorLength = read.u16();
  read.take(14);
  const vendor = latin1(read.take(Math.min(vendorLength, 128)));
  if (read.short) return short(last);
  const isXorg = /X\.Org/i.test(vendor);
  const [patch, feature] = [Math.floor(release / 1_000) % 100, Math.floor(release / 100_000) % 100];
  return is({
    service: "x11",
    confidence: "high",
    access: "anonymous",
    ...(isXorg ? { product: "X.Org", version: `${feature}.${patch}.${release % 1_000}` } : {}),
    fields: { "x11.vendor": vendor },
  });
}

/** MS-RDPBCGR 2.2.1.1 and 2.2.1.2: an X.224 connection request, and its confirm or failure. */
function rdp(reply: Uint8Array, last: boolean): Parsed {
  if (reply.length < 7) return reply[0] === 3 || reply.length === 0 ? short(last) : OTHER;
  const [version, , , length, , type] = reply;
  if (version !== 3 || reply[1] !== 0 || type !== 0xd0 || (length ?? 0) < 11) return OTHER;
  return is({ service: "rdp", confidence: "high" });
}

export const VNC: Greeting = { name: "vnc", ports: [5900, 5901, 5902, 5903], parse: vnc };

export const SCREEN_HELLOS: readonly Hello[] = [
  {
    name: "x11",
    ports: Array.from({ length: 16 }, (_, display) => 6_000 + display),
    general: 14,
    hello: () => bytes("B", 0, [0, 11, 0, 0], [0, 0, 0, 0], [0, 0]),
    parse: x11,
  },
  {
    name: "rdp",
    ports: [3389],
    general: 5,
    // Asks for TLS, CredSSP and CredSSP with early user authorization.
    hello: () => bytes([3, 0, 0, 19, 14, 0xe0, 0, 0, 0, 0, 0, 1, 0, 8, 0, 11, 0, 0, 0]),
    parse: rdp,
  },
];
