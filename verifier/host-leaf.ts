import { joined, utf8 } from "./bytes.ts";
import { sha256 } from "./crypto.ts";
import { leafHash } from "./tree.ts";
import { parseAddress, type AddressRange } from "./addresses.ts";
import { parseSpans, type Span, type Transport } from "./ports.ts";

/** Bytes of the salt in front of a host's state: without it, a hash of so little text could be guessed. */
export const SALT_BYTES = 16;

/** The leaf of a host's state in the tree of a run: SHA-256(0x00 || salt || text), as RFC 9162 hashes leaves. */
export function hostLeafHash(salt: Uint8Array, text: string): Uint8Array {
  return leafHash(joined(salt, utf8(text)));
}

/** The states in the order in which a leaf lists them. */
const STATES = ["open", "closed", "filtered", "no-response", "unreachable"] as const;
export type ObservedState = (typeof STATES)[number];

/** Ports of one transport in one state. */
export interface LeafLine {
  readonly transport: Transport;
  readonly state: ObservedState;
  readonly ports: readonly Span[];
  /** As written. */
  readonly text: string;
}

/** The states of one host, or of neighbours in the same states: a leaf of the tree of a sweep. */
export interface HostLeaf {
  /** Its line in the bundle. */
  readonly number: number;
  readonly range: AddressRange;
  readonly first: string;
  readonly last: string;
  readonly lines: readonly LeafLine[];
  /** RFC 9162 leaf over salt and text; absent without a salt. */
  readonly hash?: Uint8Array | undefined;
}

/** `FIRST LAST\n`, and a line `TRANSPORT STATE PORTS\n` for each state; undefined if the text is anything else. */
export function readHostLeaf(text: string, salt: Uint8Array | undefined, number: number): HostLeaf | undefined {
  if (!text.endsWith("\n")) return undefined;
  const [head = "", ...rest] = text.slice(0, -1).split("\n");
  const [first = "", last = "", more] = head.split(" ");
  const low = parseAddress(first);
  const high = parseAddress(last);
  if (low === undefined || high?.family !== low.family || low.value > high.value || more !== undefined)
    return undefined;
  const lines: LeafLine[] = [];
  for (const line of rest) {
    const [transport, state, ports = "", extra] = line.split(" ");
    const known = STATES.find((each) => each === state);
    if ((transport !== "tcp" && transport !== "udp") || known === undefined || extra !== undefined) return undefined;
    const spans = parseSpans(ports);
    if (spans.length === 0) return undefined;
    lines.push({ transport, state: known, ports: spans, text: ports });
  }
  return {
    number,
    range: { family: low.family, first: low.value, last: high.value },
    first,
    last,
    lines,
    hash: salt && hostLeafHash(salt, text),
  };
}

/** The state of a port in a leaf; undefined: not covered. */
export function stateIn(leaf: HostLeaf, transport: Transport, port: number): ObservedState | undefined {
  return leaf.lines.find(
    (line) => line.transport === transport && line.ports.some(([first, last]) => first <= port && port <= last),
  )?.state;
}

/**
 * The digest that entries name a coverage set by (SHA-256 over a line for each range of addresses, transport and state): the
 * only commitment to the states in sweeps from before there was a tree. Alike neighbours were one range then.
 */
export function coverageDigest(leaves: readonly HostLeaf[]): Uint8Array {
  const lines: string[] = [];
  for (let at = 0; at < leaves.length;) {
    const { first, lines: states, range } = leaves[at] as HostLeaf;
    let last = leaves[at] as HostLeaf;
    for (at += 1; at < leaves.length; at += 1) {
      const next = leaves[at] as HostLeaf;
      const touches = next.range.family === range.family && next.range.first === last.range.last + 1n;
      if (!touches || stateText(next) !== stateText(last)) break;
      last = next;
    }
    for (const { transport, state, text } of states)
      lines.push(`${first} ${last.last} ${transport} ${state} ${text}\n`);
  }
  return sha256(lines.join(""));
}

function stateText({ lines }: HostLeaf): string {
  return lines.map(({ transport, state, text }) => `${transport} ${state} ${text}`).join("\n");
}
