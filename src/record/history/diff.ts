import { type Endpoint, type Transport, TRANSPORTS } from "../../model/index.ts";
import { addressCount, addressOf, nextKey } from "./address-key.ts";
import { formatKeyRange, type KeyRange, walkBlocks } from "./blocks.ts";
import type { ObservedState } from "./coverage.ts";
import { formatSpans } from "./coverage.ts";
import { type Span, spanSize } from "./spans.ts";
import type { KnownPiece, StateBlock } from "./state-map.ts";
import type { ViewSubject } from "./view-subject.ts";

/** A block of a state map, with the asset it belongs to. */
export interface AssetBlock extends StateBlock {
  readonly subject?: ViewSubject | undefined;
}

/** An endpoint known at both instants that was open at one of them and something else at the other. */
export interface StateChange {
  readonly subject?: ViewSubject | undefined;
  readonly endpoint: Endpoint;
  readonly before: ObservedState;
  readonly after: ObservedState;
}

/** Endpoints known at both instants that went from one state to another, neither of them `open`. */
export interface OtherChange {
  readonly subject?: ViewSubject | undefined;
  /** An address or a range. */
  readonly addresses: string;
  readonly transport: Transport;
  /** `22,80-90`. */
  readonly ports: string;
  readonly before: ObservedState;
  readonly after: ObservedState;
  readonly endpoints: number;
}

export interface Difference {
  /** By address, transport, port. */
  readonly changes: StateChange[];
  /** As ranges: a host that falls silent is one line per transport, not 65,535. */
  readonly otherChanges: OtherChange[];
  /** Endpoints known at both instants. */
  readonly compared: number;
  /** Endpoints known at only one of the two; they are not compared. */
  readonly notCompared: number;
}

/**
 * What changed between two state maps, over `ranges` (sorted, disjoint). Compares only endpoints known in both, so a
 * different port range or scope never reads as a change.
 */
export function differences(
  ranges: readonly KeyRange[],
  before: readonly AssetBlock[],
  after: readonly AssetBlock[],
): Difference {
  const changes: StateChange[] = [];
  const otherChanges: OtherChange[] = [];
  let compared = 0;
  let notCompared = 0;
  for (const range of ranges) {
    walkBlocks<KnownPiece, AssetBlock>(range, [before, after], [], (lo, hi, [was, is]) => {
      const addresses = addressCount(lo, hi);
      const subject = is?.subject ?? was?.subject;
      const opened: StateChange[] = [];
      for (const transport of TRANSPORTS) {
        const others = new Map<string, { before: ObservedState; after: ObservedState; ports: Span[] }>();
        const both = inBoth(was?.[transport] ?? [], is?.[transport] ?? [], (first, last, x, y) => {
          if (x === y) return;
          if (x === "open" || y === "open") {
            for (let port = first; port <= last; port++) {
              opened.push({ subject, endpoint: { address: "", transport, port }, before: x, after: y });
            }
            return;
          }
          const key = `${x} ${y}`;
          const other = others.get(key) ?? { before: x, after: y, ports: [] };
          other.ports.push([first, last]);
          others.set(key, other);
        });
        compared += both * addresses;
        notCompared += (portCount(was?.[transport]) + portCount(is?.[transport]) - 2 * both) * addresses;
        for (const other of others.values()) {
          otherChanges.push({
            subject,
            addresses: formatKeyRange({ lo, hi }),
            transport,
            ports: formatSpans(other.ports),
            before: other.before,
            after: other.after,
            endpoints: spanSize(other.ports) * addresses,
          });
        }
      }
      if (opened.length === 0) return;
      for (let key = lo; key <= hi; key = nextKey(key)) {
        const address = addressOf(key);
        for (const change of opened) changes.push({ ...change, endpoint: { ...change.endpoint, address } });
      }
    });
  }
  return { changes, otherChanges, compared, notCompared };
}

/** Calls `visit` for each stretch of ports that both lists know; returns the number of these ports. */
function inBoth(
  a: readonly KnownPiece[],
  b: readonly KnownPiece[],
  visit: (first: number, last: number, a: ObservedState, b: ObservedState) => void,
): number {
  let ports = 0;
  let i = 0;
  let j = 0;
  for (let x = a[i], y = b[j]; x !== undefined && y !== undefined; x = a[i], y = b[j]) {
    const first = Math.max(x.first, y.first);
    const last = Math.min(x.last, y.last);
    if (first <= last) {
      visit(first, last, x.state, y.state);
      ports += last - first + 1;
    }
    if (x.last <= y.last) i++;
    if (y.last <= x.last) j++;
  }
  return ports;
}

function portCount(pieces: readonly KnownPiece[] = []): number {
  let ports = 0;
  for (const piece of pieces) ports += piece.last - piece.first + 1;
  return ports;
}
