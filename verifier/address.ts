/** The value of an address, families apart: IPv4 below 2^32, IPv6 (RFC 4291, section 2.2) from 2^128 on. */
export function addressValue(text: string): bigint | undefined {
  if (!text.includes(":")) return quadValue(text);
  const [left = "", right, ...more] = text.split("::");
  if (more.length > 0) return undefined;
  const [head, tail] = [groupsOf(left), right === undefined ? [] : groupsOf(right)];
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (right === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...Array.from({ length: missing }, () => 0n), ...tail];
  return groups.reduce((value, group) => value * 65_536n + group, 1n);
}

function groupsOf(text: string): bigint[] | undefined {
  if (text === "") return [];
  const groups: bigint[] = [];
  for (const part of text.split(":")) {
    const quad = part.includes(".") ? quadValue(part) : undefined;
    if (quad !== undefined) groups.push(quad / 65_536n, quad % 65_536n);
    else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(BigInt(`0x${part}`));
    else return undefined;
  }
  return groups;
}

function quadValue(text: string): bigint | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256))
    return undefined;
  return parts.reduce((value, part) => value * 256n + BigInt(part), 0n);
}
