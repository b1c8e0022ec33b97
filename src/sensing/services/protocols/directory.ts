import { bytes, cursor, latin1, u16, u32 } from "../bytes.ts";
import { is, OTHER, short, type Hello, type Parsed } from "../reading.ts";

/** RFC 4511: a search of the root DSE (RFC 4512, section 5.1), which every server gives to everybody. */
function ldapHello(): Uint8Array {
  const string = (value: string): Uint8Array => bytes(4, value.length, value);
  const wanted = ["vendorName", "vendorVersion", "objectClass", "isGlobalCatalogReady"].map(string);
  const attributes = bytes(...wanted);
  const filter = bytes(0x87, 11, "objectClass");
  const search = bytes(
    [4, 0, 10, 1, 0, 10, 1, 0, 2, 1, 1, 2, 1, 5, 1, 1, 0],
    filter,
    0x30,
    attributes.length,
    attributes,
  );
  const message = bytes([2, 1, 7], 0x63, search.length, search);
  return bytes(0x30, message.length, message);
}

function ldap(reply: Uint8Array, last: boolean): Parsed {
  if (reply.length < 9) return reply.length === 0 || reply[0] === 0x30 ? short(last) : OTHER;
  if (reply[0] !== 0x30) return OTHER;
  const lengthBytes = (reply[1] ?? 0) & 0x80 ? (reply[1] ?? 0) & 0x7f : 0;
  const at = 2 + lengthBytes;
  const isMine = reply[at] === 2 && reply[at + 1] === 1 && (reply[at + 2] === 7 || reply[at + 2] === 0);
  const operation = reply[at + 3] ?? 0;
  if (lengthBytes > 4 || !isMine || ![0x64, 0x65, 0x78].includes(operation)) return OTHER;
  const text = latin1(reply.subarray(0, 4_096));
  if (operation === 0x64 && !last && text.length < 4_096 && !/\x02\x01\x07\x65/.test(text)) return short(last);
  return is({ service: "ldap", confidence: "high", fields: { "ldap.root": text } });
}

/** MS-SMB2 2.2.3 with dialects 2.0.2 to 3.0.2, behind a direct TCP transport header. */
function smbHello(): Uint8Array {
  const header = bytes([0xfe], "SMB", [64, 0], new Uint8Array(58));
  const dialects = [0x02, 0x02, 0x10, 0x02, 0x00, 0x03, 0x02, 0x03];
  const negotiate = bytes([36, 0, 4, 0, 1, 0, 0, 0], u32(0), "portolan-sweeper", new Uint8Array(8), dialects);
  const body = bytes(header, negotiate);
  return bytes(u32(body.length), body);
}

function smb(reply: Uint8Array, last: boolean): Parsed {
  const head = latin1(reply.subarray(4, 8));
  if (reply.length < 8) return reply.length === 0 || reply[0] === 0 ? short(last) : OTHER;
  if (reply[0] !== 0 || (head !== "\xfeSMB" && head !== "\xffSMB")) return OTHER;
  return is({ service: "smb", confidence: "high" });
}

/** RFC 7766: `version.bind` TXT of class CH, with its length before it; id 0x504f. */
function dnsHello(): Uint8Array {
  const message = bytes("PO", u16(0), u16(1), [0, 0, 0, 0, 0, 0], 7, "version", 4, "bind", 0, u16(16), u16(3));
  return bytes(u16(message.length), message);
}

function dns(reply: Uint8Array, last: boolean): Parsed {
  const read = cursor(reply);
  const length = read.u16();
  const id = latin1(read.take(2));
  const flags = read.u16();
  const [questions, answers] = [read.u16(), read.u16()];
  if (read.short) return id === "PO" || reply.length < 4 ? short(last) : OTHER;
  if (id !== "PO" || (flags & 0x8000) === 0 || length > 4_096 || questions > 1 || answers > 8) return OTHER;
  if (reply.length < length + 2 && !last) return short(last);
  const text = textOfAnswer(reply.subarray(14), questions, answers);
  return is({ service: "dns", confidence: "high", ...(text === undefined ? {} : { fields: { "dns.version": text } }) });
}

/** The first string of the first TXT record. */
function textOfAnswer(body: Uint8Array, questions: number, answers: number): string | undefined {
  const read = cursor(body);
  const name = (): void => {
    for (let labels = 0; labels < 32; labels += 1) {
      const length = read.u8();
      if (length === 0) return;
      read.take(length >= 0xc0 ? 1 : length);
      if (length >= 0xc0) return;
    }
  };
  if (questions === 1) {
    name();
    read.u32();
  }
  if (answers === 0) return undefined;
  name();
  const type = read.u16();
  read.take(6);
  read.u16();
  const text = latin1(read.take(read.u8()));
  return read.short || type !== 16 ? undefined : text;
}

/** RFC 5531: procedure 0 of a program, which does nothing and answers; with xid "PORT" and no credentials. */
function rpcHello(program: number, version: number): () => Uint8Array {
  return () =>
    bytes(u32(0x8000_0000 + 40), "PORT", u32(0), u32(2), u32(program), u32(version), u32(0), new Uint8Array(16));
}

function rpc(service: string): Hello["parse"] {
  return (reply, last) => {
    const read = cursor(reply);
    const mark = read.u32();
    const id = latin1(read.take(4));
    const [kind, status] = [read.u32(), read.u32()];
    read.u32();
    read.take(read.u32());
    const accepted = read.u32();
    if (read.short) return id === "PORT" || reply.length < 8 ? short(last) : OTHER;
    if (mark < 0x8000_0000 || id !== "PORT" || kind !== 1 || status > 1) return OTHER;
    if (status === 0 && accepted !== 0 && accepted !== 2) return is({ service: "rpc", confidence: "medium" });
    return is({ service, confidence: "high" });
  };
}

export const DIRECTORY_HELLOS: readonly Hello[] = [
  { name: "ldap", ports: [389, 636, 3268, 3269], general: 6, hello: ldapHello, parse: ldap },
  { name: "smb", ports: [445], general: 12, hello: smbHello, parse: smb },
  { name: "dns", ports: [53, 853, 5353], general: 11, hello: dnsHello, parse: dns },
  { name: "rpcbind", ports: [111], general: 19, hello: rpcHello(100_000, 2), parse: rpc("rpcbind") },
  { name: "nfs", ports: [2049], hello: rpcHello(100_003, 3), parse: rpc("nfs") },
];
