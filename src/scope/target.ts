import { Fault } from "../model/index.ts";
import { isPrintable, quoted } from "../platform/documents/index.ts";
import { formatAddress, MAX_IPV6, parseAddress, type ParsedAddress } from "./address.ts";
import { addressSet, emptyAddressSet, fromSpans, type AddressSet } from "./address-set.ts";
import { readOctetRanges } from "./octet-ranges.ts";

/** The meaning of one word of a target list. A hostname is lower case without a trailing dot. */
export type TargetExpression =
  | { readonly kind: "addresses"; readonly set: AddressSet }
  | { readonly kind: "hostname"; readonly name: string }
  | { readonly kind: "this-machine" }
  | { readonly kind: "file"; readonly path: string };

/** The same, with problem and fix separate for errors that have a place. */
export type ReadTarget =
  | { readonly ok: true; readonly expression: TargetExpression }
  | { readonly ok: false; readonly problem: string; readonly fix: string };

const LONGEST = 4096;
const EXAMPLE =
  "write an address, a CIDR block (10.0.0.0/24), a range (10.0.0.1-10.0.0.20), nmap octet ranges (10.0-3.1-254.1,5), a hostname, this-machine or file:PATH";

/**
 * Reads an address, a CIDR block, a range `a-b`, nmap octet ranges, a hostname, `this-machine` or `file:PATH`.
 *
 * @throws Fault `config-invalid` that says what to write instead
 */
export function parseTarget(text: string): TargetExpression {
  const read = readTarget(text);
  if (read.ok) return read.expression;
  throw new Fault("config-invalid", read.problem, { next: `${read.fix.charAt(0).toUpperCase()}${read.fix.slice(1)}.` });
}

export function readTarget(text: string): ReadTarget {
  if (text.length > LONGEST) return refuse(`a target longer than ${LONGEST} characters`, "list several shorter ones");
  if (!isPrintable(text))
    return refuse(
      `${quoted(text)} holds control or invisible characters`,
      "type the target again instead of pasting it",
    );
  if (text === "") return refuse("an empty target", EXAMPLE);
  if (text.startsWith("file:")) return readFileReference(text.slice("file:".length));
  if (text === "this-machine") return { ok: true, expression: { kind: "this-machine" } };
  if (/\s/.test(text)) return refuse(`${quoted(text)} holds a blank`, "write each target as an item of its own");
  if (text.includes("://")) return refuse(`${quoted(text)} is a URL`, "write the hostname or the address alone");
  if (text.includes("%"))
    return refuse(
      `${quoted(text)} has a zone id`,
      "write an address without a zone; link-local IPv6 addresses cannot be scanned",
    );
  if (text.startsWith("["))
    return refuse(`${quoted(text)} has brackets`, "write the address without brackets and without a port");
  if (text.includes("*"))
    return refuse(`${quoted(text)} has a *`, "write 0-255 for every value of an octet, or a CIDR block");
  if (text.includes("/")) return readBlock(text);
  if (text.includes(":")) return readIpv6(text);
  // All labels but the last may be numbers in a hostname; a last label that is one makes it an address.
  if (/^[\d.,-]+$/.test(text) || /(^|\.)\d+$/.test(text)) return readIpv4(text);
  return readHostname(text);
}

function refuse(problem: string, fix: string): ReadTarget {
  return { ok: false, problem, fix };
}

function addresses(set: AddressSet): ReadTarget {
  return { ok: true, expression: { kind: "addresses", set } };
}

function readFileReference(path: string): ReadTarget {
  if (path.trim() === "") return refuse("file: without a path", "write file:PATH, relative to the YAML file");
  return { ok: true, expression: { kind: "file", path } };
}

function readBlock(text: string): ReadTarget {
  const slash = text.indexOf("/");
  const base = parseAddress(text.slice(0, slash));
  const length = text.slice(slash + 1);
  if (base === undefined)
    return refuse(
      `${quoted(text)} is not a CIDR block: ${quoted(text.slice(0, slash), 50)} is not an address`,
      "write it as 10.0.0.0/24 or 2001:db8::/120",
    );
  // ::ffff:10.0.0.0/120 is 10.0.0.0/24.
  const writtenBits = text.slice(0, slash).includes(":") ? 128 : 32;
  const bits = base.family === 4 ? 32 : 128;
  if (!/^(0|[1-9]\d{0,2})$/.test(length) || Number(length) > writtenBits) {
    return refuse(
      `the prefix length of ${quoted(text)} is not a whole number from 0 to ${writtenBits}`,
      `write it as ${formatAddress(base)}/${bits}`,
    );
  }
  const prefix = Number(length) - (writtenBits - bits);
  if (prefix < 0)
    return refuse(`${quoted(text)} reaches beyond the IPv4-mapped addresses`, "write the IPv4 block itself");
  const size = 1n << BigInt(bits - prefix);
  const within = BigInt(base.value) % size;
  if (within !== 0n) {
    const network = formatValue(base, BigInt(base.value) - within);
    return refuse(
      `${quoted(text)} has host bits set`,
      `write ${network}/${prefix} for the network, or ${formatAddress(base)} for the host`,
    );
  }
  return addresses(span(base, BigInt(base.value) + size - 1n));
}

function formatValue(like: ParsedAddress, value: bigint): string {
  return formatAddress(like.family === 4 ? { family: 4, value: Number(value) } : { family: 6, value });
}

function span(first: ParsedAddress, last: bigint): AddressSet {
  if (first.family === 4) return fromSpans([[first.value, Number(last)]], []);
  return fromSpans([], [[first.value, last > MAX_IPV6 ? MAX_IPV6 : last]]);
}

function readIpv6(text: string): ReadTarget {
  const dash = text.indexOf("-");
  if (dash >= 0) return readRange(text, text.slice(0, dash), text.slice(dash + 1));
  const address = parseAddress(text);
  if (address !== undefined) return addresses(span(address, BigInt(address.value)));
  const host = /^([^:]+):(\d+)$/.exec(text);
  if (host !== null)
    return refuse(
      `${quoted(text)} has a port`,
      `write ${quoted(host[1] ?? "")} here and the port in the system type's ports`,
    );
  return refuse(`${quoted(text)} is not an IPv6 address`, EXAMPLE);
}

function readIpv4(text: string): ReadTarget {
  const address = parseAddress(text);
  if (address !== undefined) return addresses(span(address, BigInt(address.value)));
  const ends = /^([\d.]+\.[\d.]+)-([\d.]+\.[\d.]+)$/.exec(text);
  if (ends !== null && /^\d+\.\d+\.\d+\.\d+$/.test(ends[1] ?? "")) return readRange(text, ends[1] ?? "", ends[2] ?? "");
  const octets = readOctetRanges(text);
  return octets.ok ? addresses(fromSpans(octets.spans, [])) : octets;
}

function readRange(text: string, from: string, to: string): ReadTarget {
  const first = parseAddress(from);
  const last = parseAddress(to);
  for (const [part, parsed] of [
    [from, first],
    [to, last],
  ] as const) {
    if (parsed === undefined)
      return refuse(
        `${quoted(text)} is not a range: ${quoted(part, 50)} is not an address`,
        "write both ends in full: 10.0.0.1-10.0.0.20",
      );
  }
  if (first === undefined || last === undefined || first.family !== last.family) {
    return refuse(`${quoted(text)} mixes IPv4 and IPv6`, "give both ends of the range in the same family");
  }
  if (first.value > last.value)
    return refuse(`the range ${quoted(text)} is reversed`, `write ${formatAddress(last)}-${formatAddress(first)}`);
  return addresses(addressSet([{ first: formatAddress(first), last: formatAddress(last) }]));
}

/** RFC 1123 section 2.1 with underscores, which private zones use. */
function readHostname(text: string): ReadTarget {
  if (/[^\u0021-\u007e]/.test(text))
    return refuse(`${quoted(text)} is not ASCII`, "write the hostname in its ASCII form (xn--...)");
  const name = text.toLowerCase().replace(/\.$/, "");
  const labels = name.split(".");
  const valid = name.length <= 253 && labels.every((label) => /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label));
  return valid
    ? { ok: true, expression: { kind: "hostname", name } }
    : refuse(`${quoted(text)} is neither an address nor a hostname`, EXAMPLE);
}

/** The addresses an expression names by itself, without name resolution. */
export function literalAddresses(expression: TargetExpression): AddressSet {
  return expression.kind === "addresses" ? expression.set : emptyAddressSet;
}
