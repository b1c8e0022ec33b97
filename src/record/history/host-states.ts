import { createHmac } from "node:crypto";
import { hostLeafHash, SALT_BYTES } from "@portolan/verifier";
import { ENDPOINT_STATES, TRANSPORTS } from "../../model/index.ts";
import { addressKey, addressOf, compareKeys, nextKey } from "./address-key.ts";
import { isObservedState } from "./as-of.ts";
import { type CoverageBlock, type CoverageRange, type CoveredPiece, formatSpans } from "./coverage.ts";

/**
 * What a run saw on one host, or on neighbouring addresses that were alike and where nothing answered.
 *
 * The text is `FIRST LAST`, then a line `TRANSPORT STATE PORTS` for each transport and state, ports as `22,80-90`. Each
 * line ends with a line feed.
 */
export interface HostState {
  readonly first: string;
  readonly last: string;
  readonly text: string;
}

/** A state with its place in a tree: the salt, and the hash over both. */
export interface Leaf extends HostState {
  readonly salt: Uint8Array;
  readonly leafHash: Uint8Array;
}

/** States of addresses where nothing answered. */
const SILENT: ReadonlySet<string> = new Set(["no-response", "unreachable"]);

/**
 * The states of a coverage set, by address. A host has a text of its own, so that a proof about it shows no other;
 * addresses where nothing answered share one, because a large network has few hosts.
 */
export function hostStates(ranges: readonly CoverageRange[]): HostState[] {
  const states: HostState[] = [];
  for (const [first, alike] of Map.groupBy(ranges, (range) => range.first)) {
    const last = alike[0]?.last ?? first;
    const lines = linesOf(alike);
    const stateOf = (from: string, to: string): HostState => ({
      first: from,
      last: to,
      text: `${from} ${to}\n${lines}`,
    });
    if (first === last || alike.every(({ state }) => SILENT.has(state))) states.push(stateOf(first, last));
    else for (const address of addressesIn(first, last)) states.push(stateOf(address, address));
  }
  return states;
}

/**
 * Commits to a state. The salt is the beginning of an HMAC with a secret of the record, so that the same state gets the
 * same leaf again, and nobody without the secret can find out a state by trying.
 */
export function commit(secret: Uint8Array, state: HostState): Leaf {
  const salt = createHmac("sha256", secret).update(state.text).digest().subarray(0, SALT_BYTES);
  return { ...state, salt, leafHash: hostLeafHash(salt, state.text) };
}

/**
 * Reads the texts of host states, in any order, as blocks.
 *
 * @throws TypeError for a text that is not one
 */
export function blocksOfStates(texts: Iterable<string>, piecesOf = createPieceReader()): CoverageBlock[] {
  const blocks: CoverageBlock[] = [];
  for (const text of texts) {
    const [head = "", ...lines] = text.split("\n");
    const [first = "", last = first] = head.split(" ");
    const lo = addressKey(first);
    blocks.push({ lo, hi: first === last ? lo : addressKey(last), ...piecesOf(lines.join("\n")) });
  }
  return blocks.sort((a, b) => compareKeys(a.lo, b.lo));
}

type Pieces = Pick<CoverageBlock, "tcp" | "udp">;

/** Reads the lines of a state. Many hosts are alike, so each distinct text is read once. */
export function createPieceReader(): (lines: string) => Pieces {
  const known = new Map<string, Pieces>();
  return (lines) => {
    let pieces = known.get(lines);
    if (pieces === undefined) known.set(lines, (pieces = readPieces(lines)));
    return pieces;
  };
}

function readPieces(lines: string): Pieces {
  const pieces: { tcp: CoveredPiece[]; udp: CoveredPiece[] } = { tcp: [], udp: [] };
  for (const line of lines.split("\n")) {
    if (line === "") continue;
    const [transport, state = "", ports = ""] = line.split(" ");
    if ((transport !== "tcp" && transport !== "udp") || !isObservedState(state)) {
      throw new TypeError(`a host state has the line ${JSON.stringify(line)}`);
    }
    for (const span of ports.split(",")) {
      const [first = Number.NaN, last = first] = span.split("-").map(Number);
      pieces[transport].push({ first, last, state });
    }
  }
  pieces.tcp.sort((a, b) => a.first - b.first);
  pieces.udp.sort((a, b) => a.first - b.first);
  return pieces;
}

function linesOf(ranges: readonly CoverageRange[]): string {
  const lines: string[] = [];
  for (const transport of TRANSPORTS) {
    for (const state of ENDPOINT_STATES) {
      const found = ranges.find((range) => range.transport === transport && range.state === state);
      if (found !== undefined) lines.push(`${transport} ${state} ${formatSpans(found.ports)}\n`);
    }
  }
  return lines.join("");
}

function* addressesIn(first: string, last: string): Generator<string> {
  const end = addressKey(last);
  for (let key = addressKey(first); key <= end; key = nextKey(key)) yield addressOf(key);
}
