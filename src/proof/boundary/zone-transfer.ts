import { codeName, IN, parseMessage, serialOf, TYPE, type DnsMessage, type DnsRecord } from "./dns-message.ts";
import { Malformed, readName } from "./dns-name.ts";

/** Of hosts: twice what a source may list, because a server can repeat itself. */
const MOST_LINES = 200_000;

/** What a transfer gave: a zone file of the records that name hosts, in the order of the server. */
export interface TransferredZone {
  readonly text: string;
  readonly serial: number;
}

/** Takes the messages of a transfer (RFC 5936, section 2.2), in order. */
export interface ZoneTransfer {
  /** Undefined: there is more to come. @throws Malformed */
  take(bytes: Uint8Array): TransferredZone | undefined;
}

/**
 * A transfer begins and ends with the same SOA record of the zone. Everything before its end is needed: a zone that was cut
 * would read as a smaller boundary.
 */
export function createTransfer(zone: string, id: number): ZoneTransfer {
  const origin = zone.toLowerCase().replace(/\.$/, "");
  const lines: string[] = [];
  let serial: number | undefined;
  let whole = false;

  function takeRecord(bytes: Uint8Array, record: DnsRecord): void {
    if (whole) throw new Malformed("records follow the end of the zone");
    const isSoa = record.type === TYPE.SOA && record.class === IN && record.owner === origin;
    if (serial === undefined) {
      if (!isSoa) throw new Malformed(`the zone does not begin with the SOA record of ${origin}`);
      serial = serialOf(bytes, record);
      lines.push(`$ORIGIN ${origin}.`, `; serial ${serial}`);
      return;
    }
    if (isSoa) {
      if (serialOf(bytes, record) !== serial) throw new Malformed("the zone changed while it was transferred");
      whole = true;
      return;
    }
    const line = record.class === IN ? lineOf(bytes, record) : undefined;
    if (line !== undefined) lines.push(line);
    if (lines.length > MOST_LINES) throw new Malformed(`it has more than ${MOST_LINES} records of hosts`);
  }

  return {
    take(bytes) {
      const message = parseMessage(bytes);
      refuseOther(message, id);
      if (message.answers.length === 0) throw new Malformed("a message of the transfer is empty");
      for (const record of message.answers) takeRecord(bytes, record);
      return whole && serial !== undefined ? { text: `${lines.join("\n")}\n`, serial } : undefined;
    },
  };
}

function refuseOther(message: DnsMessage, id: number): void {
  if (message.id !== id || !message.isResponse) throw new Malformed("a message does not answer the request");
  if (message.isTruncated) throw new Malformed("a message is marked as truncated");
  if (message.code !== 0) throw new Malformed(`the server answered ${codeName(message.code)}`);
}

/** The line of a zone file; undefined for types that name no host. */
function lineOf(bytes: Uint8Array, record: DnsRecord): string | undefined {
  const { owner, type, data, end } = record;
  switch (type) {
    case TYPE.A:
      return `${owner}. A ${octets(bytes, data, end, 4).join(".")}`;
    case TYPE.AAAA:
      return `${owner}. AAAA ${groups(octets(bytes, data, end, 16)).join(":")}`;
    case TYPE.CNAME:
    case TYPE.PTR: {
      const target = readName(bytes, data);
      if (target.end !== end) throw new Malformed("a record has another length than its name");
      return `${owner}. ${type === TYPE.PTR ? "PTR" : "CNAME"} ${target.name}.`;
    }
    default:
      return undefined;
  }
}

function octets(bytes: Uint8Array, from: number, to: number, size: number): number[] {
  if (to - from !== size) throw new Malformed("an address has another length than its type");
  return [...bytes.subarray(from, to)];
}

function groups(octetsOf: readonly number[]): string[] {
  return Array.from({ length: 8 }, (_, at) =>
    (((octetsOf[2 * at] ?? 0) << 8) | (octetsOf[2 * at + 1] ?? 0)).toString(16),
  );
}
