import { attributesOf, LITTLE, type NetlinkMessage } from "../../platform/netlink/index.ts";
import { addressSet, canonicalAddress, formatAddress, type AddressSet } from "../../scope/index.ts";

/** Another machine on a link of this one, from the kernel's table of neighbours. */
export interface Neighbour {
  readonly link: number;
  /** Canonical text. */
  readonly address: string;
  /**
   * `reachable`: it answered within the last minute or so. `unreachable`: the kernel queried the link for the address
   * and nobody answered. `unsure`: neither, or no longer.
   */
  readonly state: "reachable" | "unreachable" | "unsure";
}

export interface NeighbourTable {
  readonly neighbours: readonly Neighbour[];
  /** The networks of this machine's own addresses, with the link that each is on. */
  readonly networks: readonly { readonly link: number; readonly addresses: AddressSet }[];
}

export const RTM_NEWADDR = 20;
export const RTM_GETADDR = 22;
export const RTM_NEWNEIGH = 28;
export const RTM_GETNEIGH = 30;

const AF_INET = 2;
const AF_INET6 = 10;
const NDA_DST = 1;
const IFA_ADDRESS = 1;
const IFA_LOCAL = 2;
/** `linux/neighbour.h`; entries set by hand (permanent, no ARP) do not show that the neighbour exists. */
const NUD_REACHABLE = 0x02;
const NUD_FAILED = 0x20;
const NUD_BY_HAND = 0x40 | 0x80;

/** `struct ndmsg` (rtnetlink(7)); undefined for other messages and for neighbours that are not IP. */
export function readNeighbour({ type, body }: NetlinkMessage): Neighbour | undefined {
  if (type !== RTM_NEWNEIGH || body.length < 12 || !isIp(body[0])) return undefined;
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  const state = view.getUint16(8, LITTLE);
  const address = textOf(attributesOf(body, 12).get(NDA_DST));
  if (address === undefined || (state & NUD_BY_HAND) !== 0) return undefined;
  return { link: view.getInt32(4, LITTLE), address, state: stateOf(state) };
}

/** `struct ifaddrmsg` (rtnetlink(7)): the network of an address of this machine; undefined for another message. */
export function readNetwork({ type, body }: NetlinkMessage): NeighbourTable["networks"][number] | undefined {
  if (type !== RTM_NEWADDR || body.length < 8 || !isIp(body[0])) return undefined;
  const attributes = attributesOf(body, 8);
  // On a point-to-point link IFA_ADDRESS is the other end, and the network belongs to it.
  const bytes = attributes.get(IFA_ADDRESS) ?? attributes.get(IFA_LOCAL);
  const prefix = body[1] ?? 0;
  if (bytes === undefined || textOf(bytes) === undefined || prefix > bytes.length * 8) return undefined;
  const [first, last] = [bytes.slice(), bytes.slice()];
  for (let bit = prefix; bit < bytes.length * 8; bit++) {
    const mask = 0x80 >> (bit & 7);
    first[bit >> 3] = (first[bit >> 3] ?? 0) & ~mask;
    last[bit >> 3] = (last[bit >> 3] ?? 0) | mask;
  }
  const link = new DataView(body.buffer, body.byteOffset, body.length).getUint32(4, LITTLE);
  return { link, addresses: addressSet([{ first: textOf(first) ?? "", last: textOf(last) ?? "" }]) };
}

function isIp(family: number | undefined): boolean {
  return family === AF_INET || family === AF_INET6;
}

function stateOf(state: number): Neighbour["state"] {
  if ((state & NUD_REACHABLE) !== 0) return "reachable";
  return (state & NUD_FAILED) === 0 ? "unsure" : "unreachable";
}

function textOf(bytes: Uint8Array | undefined): string | undefined {
  if (bytes?.length === 4) return canonicalAddress(bytes.join("."));
  if (bytes?.length !== 16) return undefined;
  return formatAddress({ family: 6, value: bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n) });
}
