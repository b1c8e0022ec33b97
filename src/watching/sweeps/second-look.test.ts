import { describe, expect, it } from "vitest";
import type { Deviation, Endpoint, StateAt } from "../../model/index.ts";
import { endpointKey } from "../../model/index.ts";
import { isConfirmed, secondLookAt } from "./second-look.ts";

const web: Endpoint = { address: "10.0.0.1", transport: "tcp", port: 443 };
const telnet: Endpoint = { address: "10.0.0.1", transport: "tcp", port: 23 };

function outcome(states: readonly (readonly [Endpoint, StateAt])[]) {
  const byKey = new Map(states.map(([endpoint, state]) => [endpointKey(endpoint), state]));
  return {
    open: new Map([["10.0.0.1", states.filter(([, state]) => state === "open").map(([endpoint]) => endpoint)]]),
    stateOf: (endpoint: Endpoint): StateAt => byKey.get(endpointKey(endpoint)) ?? "unknown",
  };
}

const unauthorized: Deviation = {
  kind: "unauthorized-open",
  subject: { about: "port", address: "10.0.0.1", transport: "tcp", port: 23 },
  summary: "23 is open",
  endpoints: [telnet],
};

describe("the endpoints that get a second probe", () => {
  it("are none when nothing changed", () => {
    const look = secondLookAt({
      outcome: outcome([[web, "open"]]),
      heldOpen: [web],
      deviations: [],
      isActive: () => false,
    });
    expect(look).toEqual([]);
  });

  it("are a sample of a host that answers on every port: the endpoints its deviation rests on", () => {
    const flood = Array.from({ length: 1_001 }, (_, port): Endpoint => ({ ...web, port: port + 1 }));
    const tarpit = { ...unauthorized, endpoints: flood.slice(0, 8) };
    const look = secondLookAt({
      outcome: outcome(flood.map((endpoint) => [endpoint, "open"] as const)),
      heldOpen: [],
      deviations: [tarpit],
      isActive: () => false,
    });
    expect(look).toEqual(tarpit.endpoints);
  });

  it("are those that opened or no longer answer as open, but none that was not probed", () => {
    const gone: Endpoint = { ...web, port: 80 };
    const elsewhere: Endpoint = { ...web, port: 9000 };
    const look = secondLookAt({
      outcome: outcome([
        [web, "open"],
        [gone, "closed"],
      ]),
      heldOpen: [gone, elsewhere],
      deviations: [],
      isActive: () => false,
    });
    expect(look).toEqual([web, gone]);
  });

  it("are those a finding would rest on, even where nothing changed, unless the finding is already open", () => {
    const first = { outcome: outcome([[telnet, "open"]]), heldOpen: [telnet], deviations: [unauthorized] };
    expect(secondLookAt({ ...first, isActive: () => false })).toEqual([telnet]);
    expect(secondLookAt({ ...first, isActive: () => true })).toEqual([]);
  });
});

describe("a deviation becomes a finding", () => {
  it("only after every endpoint it rests on had its second probe", () => {
    const both = { ...unauthorized, endpoints: [telnet, web] };
    expect(isConfirmed(both, () => false, new Set([endpointKey(telnet)]))).toBe(false);
    expect(isConfirmed(both, () => false, new Set([endpointKey(telnet), endpointKey(web)]))).toBe(true);
  });

  it("not when there is nothing to probe, and at once when it already is one", () => {
    expect(isConfirmed({ ...unauthorized, endpoints: [] }, () => false, new Set())).toBe(false);
    expect(isConfirmed(unauthorized, () => true, new Set())).toBe(true);
  });
});
