/** Messages of DNS, built by hand. */

type Rdata = string | Uint8Array;

export function dnsName(text: string): Uint8Array {
  const labels = text === "" ? [] : text.split(".");
  return Buffer.concat([...labels.flatMap((each) => [Buffer.of(each.length), Buffer.from(each)]), Buffer.of(0)]);
}

export function dnsRecord(owner: string, type: number, data: Rdata): Uint8Array {
  const rdata = typeof data === "string" ? dnsName(data) : data;
  const fixed = Buffer.alloc(10);
  fixed.writeUInt16BE(type, 0);
  fixed.writeUInt16BE(1, 2);
  fixed.writeUInt16BE(rdata.length, 8);
  return Buffer.concat([dnsName(owner), fixed, rdata]);
}

export function soaData(serial: number): Uint8Array {
  const numbers = Buffer.alloc(20);
  numbers.writeUInt32BE(serial, 0);
  return Buffer.concat([dnsName("ns"), dnsName("admin"), numbers]);
}

export function dnsAnswer(
  answers: readonly Uint8Array[],
  { id = 7, flags = 0x8400, count = answers.length }: { id?: number; flags?: number; count?: number } = {},
): Uint8Array {
  const header = Buffer.alloc(12);
  header.writeUInt16BE(id, 0);
  header.writeUInt16BE(flags, 2);
  header.writeUInt16BE(count, 6);
  return Buffer.concat([header, ...answers]);
}
