import { expect, it } from "vitest";
import { type EndpointState, stateCode, type Transport } from "../../model/index.ts";
import { createPlan } from "../../sensing/scanner/index.ts";
import { addressSet, parsePorts } from "../../scope/index.ts";
import { createJournal } from "./journal.ts";
import { gatherOutcome } from "./sweep-outcome.ts";

function outcomeOf(states: Readonly<Record<string, EndpointState>>) {
  const plan = createPlan({
    blocks: [
      { addresses: addressSet([{ first: "10.0.0.1", last: "10.0.0.1" }]), ports: parsePorts("22,23,U:53,U:161") },
    ],
    seed: "00".repeat(16),
  });
  const journal = createJournal(0);
  for (let index = 0; index < plan.size; index++) {
    const { transport, port } = plan.at(index);
    const state = states[`${transport}/${port}`] ?? "no-response";
    if (stateCode(state) === 0) throw new Error("a probe has a result");
    journal.add({ index, state: state as Exclude<EndpointState, "not-scanned">, at: 1 });
  }
  const chunk = journal.take(true);
  const outcome = gatherOutcome(
    plan,
    chunk === undefined ? [] : [{ ...chunk, run: 0 }],
    { run: 0, looks: [], undecided: [] },
    { addresses: new Set(), knownFrom: 0 },
  );
  const stateOf = (transport: Transport, port: number) => outcome.stateOf({ address: "10.0.0.1", transport, port });
  return Object.assign(stateOf, { hosts: outcome.hosts });
}

it("counts a host that answered nothing as one host, with its endpoints apart", () => {
  expect(outcomeOf({}).hosts).toEqual({ answered: 0, silent: 1, silentEndpoints: 4 });
  expect(outcomeOf({ "tcp/22": "unreachable" }).hosts).toEqual({ answered: 0, silent: 1, silentEndpoints: 4 });
  expect(outcomeOf({ "tcp/22": "closed" }).hosts).toEqual({ answered: 1, silent: 0, silentEndpoints: 0 });
});

it("takes silence for a filter over TCP where the host answered, and never over UDP", () => {
  const stateOf = outcomeOf({ "tcp/22": "open" });
  expect([stateOf("tcp", 23), stateOf("udp", 53), stateOf("udp", 161)]).toEqual([
    "filtered",
    "no-response",
    "no-response",
  ]);
});

it("does not call silence over UDP unreachable because of a router's message about another port", () => {
  const stateOf = outcomeOf({ "tcp/22": "unreachable" });
  expect([stateOf("tcp", 23), stateOf("udp", 53)]).toEqual(["unreachable", "no-response"]);
});

it("concludes from a refusal over UDP that the host exists", () => {
  const stateOf = outcomeOf({ "udp/161": "closed" });
  expect([stateOf("udp", 161), stateOf("udp", 53), stateOf("tcp", 22)]).toEqual(["closed", "no-response", "filtered"]);
});
