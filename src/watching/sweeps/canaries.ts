import { MANY_PORTS } from "../../judgement/baseline/index.ts";
import { endpointKey, type Endpoint, type Recall, type StateAt } from "../../model/index.ts";
import { permutation } from "../../sensing/scanner/index.ts";
import type { SecondLook } from "./observed-runs.ts";
import type { SweepOutcome } from "./sweep-outcome.ts";
import { recallOf } from "./recall.ts";

/** With this many endpoints known to be open, the recall is known well enough without likely ones. */
const ENOUGH_KNOWN = 300;
/** Most likely endpoints drawn: each one that is silent costs a patient probe. */
const MOST_LIKELY = 1_000;

export interface CanaryChoice {
  readonly outcome: Pick<SweepOutcome, "open" | "stateOf" | "answersElsewhere" | "lookedAt">;
  /** Endpoints known to be open from earlier probes or from this machine's listeners; all of them in the plan. */
  readonly known: readonly Endpoint[];
  /** Seed of the plan: the same sweep draws the same endpoints. */
  readonly seed: string;
}

/**
 * Endpoints on which a sweep's recall is measured, chosen by knowledge from elsewhere than the sweep's own first probe:
 * endpoints known to be open and, where these are few, likely ones. An endpoint is likely when some *other* address has
 * the port open and the address answered on some *other* port. A network of similar hosts is its own sample. What a
 * single probe missed on one lone host cannot be known, and then no recall is reported.
 */
export function chooseCanaries({ outcome, known, seed }: CanaryChoice): Endpoint[] {
  const chosen = new Map<string, Endpoint>();
  const floods = floodingAddresses([...known, ...[...outcome.open.values()].flat()]);
  for (const endpoint of known) if (!floods.has(endpoint.address)) chosen.set(endpointKey(endpoint), endpoint);
  if (chosen.size >= ENOUGH_KNOWN) return [...chosen.values()];

  const openOn = new Map<string, { readonly endpoint: Endpoint; addresses: number }>();
  for (const endpoint of [...outcome.open.values()].flat()) {
    if (floods.has(endpoint.address)) continue;
    const port = `${endpoint.transport}/${endpoint.port}`;
    const before = openOn.get(port);
    if (before === undefined) openOn.set(port, { endpoint, addresses: 1 });
    else before.addresses += 1;
  }
  const ports = [...openOn.values()];
  const addresses = [...outcome.lookedAt].filter((address) => !floods.has(address));
  const order = permutation(ports.length * addresses.length, seed);
  let drawn = 0;
  for (let place = 0; place < order.size && drawn < MOST_LIKELY; place += 1) {
    const index = order.at(place);
    const port = ports[index % ports.length];
    const address = addresses[Math.floor(index / ports.length)];
    if (port === undefined || address === undefined) continue;
    const endpoint: Endpoint = { ...port.endpoint, address };
    const state = outcome.stateOf(endpoint);
    if (state === "unknown" || !outcome.answersElsewhere(endpoint)) continue;
    if (port.addresses - (state === "open" ? 1 : 0) < 1) continue;
    chosen.set(endpointKey(endpoint), endpoint);
    drawn += 1;
  }
  return [...chosen.values()];
}

/** The canaries that did not answer the first probe. A patient probe shows whether it missed them. */
export function unanswered(canaries: readonly Endpoint[], outcome: Pick<SweepOutcome, "stateOf">): Endpoint[] {
  return canaries.filter((endpoint) => isSilence(outcome.stateOf(endpoint)));
}

/** A refusal is an answer: an endpoint that was `closed` first and is open later has changed and was not missed. */
export function measureRecall(
  canaries: readonly Endpoint[],
  first: Pick<SweepOutcome, "stateOf">,
  looks: readonly SecondLook[],
): Recall | undefined {
  const openLater = new Set(looks.filter(({ state }) => state === "open").map(({ endpoint }) => endpointKey(endpoint)));
  const found = canaries.filter((endpoint) => first.stateOf(endpoint) === "open").length;
  const missed = unanswered(canaries, first).filter((endpoint) => openLater.has(endpointKey(endpoint))).length;
  return recallOf(found, found + missed);
}

/**
 * Addresses with more open endpoints than a host has services: one that answers on every port tells nothing about the
 * others.
 */
export function floodingAddresses(open: Iterable<Endpoint>): Set<string> {
  const counts = new Map<string, number>();
  for (const { address } of open) counts.set(address, (counts.get(address) ?? 0) + 1);
  return new Set([...counts].filter(([, count]) => count > MANY_PORTS).map(([address]) => address));
}

function isSilence(state: StateAt): boolean {
  switch (state) {
    case "no-response":
    case "filtered":
    case "unreachable":
      return true;
    case "open":
    case "closed":
    case "unknown":
      return false;
  }
}
