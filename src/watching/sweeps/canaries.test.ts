import { describe, expect, it } from "vitest";
import { endpointKey, type Endpoint, type StateAt } from "../../model/index.ts";
import { chooseCanaries, measureRecall, unanswered } from "./canaries.ts";
import type { SecondLook } from "./observed-runs.ts";

const at = (address: string, port: number): Endpoint => ({ address, transport: "tcp", port });
const keys = (endpoints: readonly Endpoint[]): string[] => endpoints.map(endpointKey).sort();
const seed = "0123456789abcdef0123456789abcdef";

/** The results of a first probe; endpoints that are not named were not probed. */
function seen(states: Readonly<Record<string, Readonly<Record<number, StateAt>>>>) {
  const stateOf = ({ address, port }: Endpoint): StateAt => states[address]?.[port] ?? "unknown";
  const portsIn = (address: string, ...wanted: StateAt[]): number[] =>
    Object.entries(states[address] ?? {}).flatMap(([port, state]) => (wanted.includes(state) ? [Number(port)] : []));
  return {
    stateOf,
    lookedAt: new Set(Object.keys(states)),
    open: new Map(
      Object.keys(states).map((address) => [address, portsIn(address, "open").map((port) => at(address, port))]),
    ),
    answersElsewhere: ({ address, port }: Endpoint) =>
      portsIn(address, "open", "closed").some((answering) => answering !== port),
  };
}

describe("chooseCanaries", () => {
  it("takes endpoints known to be open, whatever the first probe saw", () => {
    const outcome = seen({ a: { 22: "filtered", 80: "open", 81: "closed" } });
    expect(keys(chooseCanaries({ outcome, known: [at("a", 22), at("a", 80)], seed }))).toEqual(
      keys([at("a", 22), at("a", 80)]),
    );
  });

  it("draws likely ones: the port is open on another address, and the address answered on another port", () => {
    const outcome = seen({
      a: { 22: "open", 80: "open", 443: "closed" },
      b: { 22: "open", 80: "filtered", 443: "closed" },
      // Answers on this one port alone: a probe that missed it would not know that the host exists.
      alone: { 22: "open", 80: "no-response" },
      silent: { 22: "no-response", 80: "no-response" },
    });
    // Port 80 of `a` itself is open nowhere else: finding it tells nothing about what would be missed.
    expect(keys(chooseCanaries({ outcome, known: [], seed }))).toEqual(
      keys([at("a", 22), at("b", 22), at("b", 80), at("alone", 80)]),
    );
  });

  it("has no canaries where one host is alone", () => {
    const outcome = seen({ a: { 22: "open", 80: "open", 443: "filtered" } });
    expect(chooseCanaries({ outcome, known: [], seed })).toEqual([]);
  });

  it("leaves out hosts that answer on every port", () => {
    const flood = Object.fromEntries(Array.from({ length: 1_001 }, (_, port) => [port + 1, "open" as const]));
    const outcome = seen({ tarpit: flood, a: { 22: "open", 80: "closed" }, b: { 22: "open", 80: "closed" } });
    expect(keys(chooseCanaries({ outcome, known: [at("tarpit", 22)], seed }))).toEqual(
      keys([at("a", 22), at("b", 22)]),
    );
  });

  it("draws at most a thousand, and the same ones for the same seed", () => {
    const host = Object.fromEntries(Array.from({ length: 50 }, (_, port) => [port + 1, "open" as const]));
    const outcome = seen(Object.fromEntries(Array.from({ length: 60 }, (_, number) => [`h${number}`, host])));
    const drawn = chooseCanaries({ outcome, known: [], seed });
    expect(drawn).toHaveLength(1_000);
    expect(chooseCanaries({ outcome, known: [], seed })).toEqual(drawn);
  });
});

describe("measureRecall", () => {
  const look = (endpoint: Endpoint, state: SecondLook["state"]): SecondLook => ({ endpoint, state, at: 0 });

  it("counts endpoints that were silent first and open later as missed, and no others", () => {
    const outcome = seen({ a: { 1: "open", 2: "open", 3: "filtered", 4: "no-response", 5: "closed", 6: "filtered" } });
    const canaries = [1, 2, 3, 4, 5, 6, 7].map((port) => at("a", port));
    expect(keys(unanswered(canaries, outcome))).toEqual(keys([3, 4, 6].map((port) => at("a", port))));
    const looks = [look(at("a", 3), "open"), look(at("a", 4), "no-response"), look(at("a", 5), "open")];
    expect(measureRecall(canaries, outcome, looks)).toMatchObject({ canaries: 3, found: 2 });
  });

  it("is not measured when nothing turns out open", () => {
    expect(measureRecall([at("a", 1)], seen({ a: { 1: "closed" } }), [])).toBeUndefined();
  });
});
