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

describe("what is looked at twice", () => {
  it("is nothing when all is as it was", () => {
    const look = secondLookAt({
      outcome: outcome([[web, "open"]]),
      heldOpen: [web],
      deviations: [],
      isActive: () => false,
    });
    expect(look).toEqual([]);
  });

  it("is a sample of what answers on every port: what its deviation rests on", () => {
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

  it("is what opened and what no longer answers as open, but not what was not looked at", () => {
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

  it("is what a finding would rest on, even where nothing changed, unless the finding is open already", () => {
    const first = { outcome: outcome([[telnet, "open"]]), heldOpen: [telnet], deviations: [unauthorized] };
    expect(secondLookAt({ ...first, isActive: () => false })).toEqual([telnet]);
    expect(secondLookAt({ ...first, isActive: () => true })).toEqual([]);
  });
});

describe("a deviation becomes a finding", () => {
  it("only after every endpoint it rests on had its second look", () => {
    const both = { ...unauthorized, endpoints: [telnet, web] };
    expect(isConfirmed(both, () => false, new Set([endpointKey(telnet)]))).toBe(false);
    expect(isConfirmed(both, () => false, new Set([endpointKey(telnet), endpointKey(web)]))).toBe(true);
  });

  it("not when there is nothing to look at, and without more ado when it is one", () => {
    expect(isConfirmed({ ...unauthorized, endpoints: [] }, () => false, new Set())).toBe(false);
    expect(isConfirmed(unauthorized, () => true, new Set())).toBe(true);
  });
});
