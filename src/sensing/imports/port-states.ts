import type { CoveredPiece, ObservedState } from "../../record/history/index.ts";
import type { Transport } from "../../model/index.ts";
import { portSet, type PortSet } from "../../scope/index.ts";

/** The ports of one host by the state they were seen in; sets of different states are disjoint. */
export type PortStates = ReadonlyMap<ObservedState, PortSet>;

export const NO_PORTS = portSet({});

/** Every port that has a state. */
export function portsWithState(states: PortStates): PortSet {
  return [...states.values()].reduce((all, ports) => all.union(ports), NO_PORTS);
}

/** Equal for equal states, whatever order they were found in. */
export function signatureOf(states: PortStates): string {
  return [...states]
    .filter(([, ports]) => ports.size > 0)
    .map(([state, ports]) => `${state}=${ports.format()}`)
    .sort()
    .join(" ");
}

/**
 * Two scans of one host in the same stretch of time. Where they contradict each other nobody can say which came later:
 * then `open` counts, because doubt must hide no open port, and any other contradiction is covered by neither.
 */
export function mergeStates(a: PortStates, b: PortStates): PortStates {
  let contradicted = NO_PORTS;
  for (const [state, ports] of a) {
    for (const [other, others] of b) {
      if (other !== state) contradicted = contradicted.union(ports.intersect(others));
    }
  }
  const merged = new Map<ObservedState, PortSet>();
  for (const state of new Set([...a.keys(), ...b.keys()])) {
    const ports = (a.get(state) ?? NO_PORTS).union(b.get(state) ?? NO_PORTS);
    const kept = state === "open" ? ports : ports.subtract(contradicted);
    if (kept.size > 0) merged.set(state, kept);
  }
  return merged;
}

/** As coverage keeps them: sorted ranges of one state each. */
export function piecesOf(states: PortStates, transport: Transport): CoveredPiece[] {
  return [...states]
    .flatMap(([state, ports]) => ports[transport].map(([first, last]): CoveredPiece => ({ first, last, state })))
    .sort((a, b) => a.first - b.first);
}
