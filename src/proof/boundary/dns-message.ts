import { Malformed, nameToWire, readName } from "./dns-name.ts";

/** DNS messages (RFC 1035, section 4.1), as far as a zone transfer needs them. */

export const TYPE = { A: 1, CNAME: 5, SOA: 6, PTR: 12, AAAA: 28, TSIG: 250, AXFR: 252 } as const;
export const IN = 1;
const HEADER = 12;

export interface DnsRecord {
  readonly owner: string;
  readonly type: number;
  readonly class: number;
  /** Where the record begins in the message, and where its data does. */
  readonly start: number;
  readonly data: number;
  readonly end: number;
}

export interface DnsMessage {
  readonly id: number;
  readonly isResponse: boolean;
  readonly isTruncated: boolean;
  /** The response code, as RFC 1035 and RFC 8945 name it. */
  readonly code: number;
  readonly answers: readonly DnsRecord[];
  /** The last record of the additional section. */
  readonly last: DnsRecord | undefined;
}

/** The request for a whole zone (RFC 5936, section 2.1). */
export function transferRequest(id: number, zone: string): Uint8Array {
  const header = Buffer.alloc(HEADER);
  header.writeUInt16BE(id, 0);
  header.writeUInt16BE(1, 4);
  const question = Buffer.alloc(4);
  question.writeUInt16BE(TYPE.AXFR, 0);
  question.writeUInt16BE(IN, 2);
  return Buffer.concat([header, nameToWire(zone), question]);
}

/** @throws Malformed */
export function parseMessage(bytes: Uint8Array): DnsMessage {
  if (bytes.length < HEADER) throw new Malformed("a message is shorter than its header");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const flags = view.getUint16(2);
  const [questions, answers, authority, additional] = [4, 6, 8, 10].map((at) => view.getUint16(at)) as [
    number,
    number,
    number,
    number,
  ];
  let at = HEADER;
  for (let number = 0; number < questions; number += 1) at = readName(bytes, at).end + 4;
  const records: DnsRecord[] = [];
  for (let number = 0; number < answers + authority + additional; number += 1) {
    const record = readRecord(bytes, view, at);
    records.push(record);
    at = record.end;
  }
  if (at !== bytes.length) throw new Malformed("a message has octets after its last record");
  return {
    id: view.getUint16(0),
    isResponse: (flags & 0x8000) !== 0,
    isTruncated: (flags & 0x0200) !== 0,
    code: flags & 0xf,
    answers: records.slice(0, answers),
    last: additional > 0 ? records.at(-1) : undefined,
  };
}

function readRecord(bytes: Uint8Array, view: DataView, start: number): DnsRecord {
  const { name: owner, end } = readName(bytes, start);
  if (end + 10 > bytes.length) throw new Malformed("it ends within a record");
  const data = end + 10;
  const record = { owner, type: view.getUint16(end), class: view.getUint16(end + 2), start, data };
  const next = data + view.getUint16(end + 8);
  if (next > bytes.length) throw new Malformed("it ends within a record");
  return { ...record, end: next };
}

/** The serial of a SOA record: the first of the five numbers after its two names. */
export function serialOf(bytes: Uint8Array, { data, end }: DnsRecord): number {
  const numbers = readName(bytes, readName(bytes, data).end).end;
  if (numbers + 20 !== end) throw new Malformed("a SOA record has another length than its fields");
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(numbers);
}

const CODES: Readonly<Record<number, string>> = {
  1: "FORMERR",
  2: "SERVFAIL",
  3: "NXDOMAIN",
  4: "NOTIMP",
  5: "REFUSED",
  9: "NOTAUTH",
  10: "NOTZONE",
};

export function codeName(code: number): string {
  return CODES[code] ?? `code ${code}`;
}
