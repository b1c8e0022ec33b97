import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addressSubject,
  assetSubject,
  DEVIATION_KINDS,
  hostPortsSubject,
  portsSubject,
  portSubject,
  programSubject,
  sensorSubject,
  targetSubject,
  type Deviating,
  type PortRange,
} from "../../model/index.ts";
import { readDeviating, storedSubject } from "./stored-subject.ts";

const text = fc.string();
const maybe = fc.option(text, { nil: undefined });
const transport = fc.constantFrom("tcp" as const, "udp" as const);
const port = fc.integer({ min: 1, max: 65_535 });
const ports = fc.tuple(port, port).map((both): PortRange => [Math.min(...both), Math.max(...both)]);
const belonging = { target: maybe, owner: maybe };
const onAsset = { ...belonging, asset: text, addresses: fc.array(text, { maxLength: 4 }) };
const onAddress = { ...belonging, asset: fc.constant(undefined), addresses: fc.tuple(text) };
const onHost = { ...belonging, asset: maybe, address: text };

const aPort = fc.oneof(
  fc.record({ ...onAsset, transport, port }).map(portSubject),
  fc.record({ ...onAddress, transport, port }).map(portSubject),
);
const seenAt = fc.date({ min: new Date(0), max: new Date("9999-01-01"), noInvalidDate: true }).map(Number);
const endpoints = fc.array(fc.record({ vantage: text, address: text, transport, port, seenAt }), { minLength: 1 });
const program = { ...belonging, product: text, version: text };
const aProgram = fc.oneof(
  fc.record({ ...program, asset: text, endpoints }).map(programSubject),
  fc
    .record({ ...program, asset: fc.constant(undefined), endpoints: fc.tuple(endpoints.map(([first]) => first!)) })
    .map(programSubject),
);
const deviating: fc.Arbitrary<Deviating> = fc.oneof(
  fc.record({
    kind: fc.constantFrom("unauthorized-open", "authorization-expired", "wrong-exposure"),
    subject: fc.oneof(aPort, fc.record({ ...onHost, transport, ports }).map(hostPortsSubject)),
  }),
  fc.record({ kind: fc.constantFrom("service-changed", "insecure-service"), subject: aPort }),
  fc.record({ kind: fc.constant("outdated-service"), subject: fc.oneof(aPort, aProgram) }),
  fc.record({
    kind: fc.constant("expected-missing"),
    subject: fc.oneof(
      fc.record({ ...onAsset, transport, port }).map((of) => portSubject(of)),
      fc.record({ ...onAsset, transport, ports }).map((of) => portsSubject(of)),
    ),
  }),
  fc.record({
    kind: fc.constant("undeclared-asset"),
    subject: fc.record({ ...belonging, address: text, name: maybe }).map(addressSubject),
  }),
  fc.record({
    kind: fc.constant("coverage-gap"),
    subject: fc.oneof(
      fc.record(onAsset).map(assetSubject),
      fc.record({ target: text, owner: maybe }).map(targetSubject),
      text.map(sensorSubject),
    ),
  }),
);

describe("a stored subject", () => {
  it("of every kind reads back as it was stored, and is stored again as the same text", () => {
    const kinds = new Set<string>();
    fc.assert(
      fc.property(deviating, ({ kind, subject }) => {
        kinds.add(`${kind} ${subject.about}`);
        const stored = JSON.stringify(storedSubject(subject));
        const read = readDeviating(kind, JSON.parse(stored));
        expect(read).toEqual({ kind, subject });
        expect(JSON.stringify(storedSubject(read!.subject))).toBe(stored);
      }),
      { numRuns: 2_000 },
    );
    expect(kinds.size).toBe(16);
  });

  it("keeps the order in which the database gives its fields back", () => {
    const stored = { port: 23, asset: "web-1", owner: "ada", target: "dmz", address: "10.0.0.2", transport: "tcp" };
    const read = readDeviating("unauthorized-open", stored);
    expect(JSON.stringify(storedSubject(read!.subject))).toBe(JSON.stringify(stored));
  });

  it("of an asset may name no address, as the first versions stored it", () => {
    const stored = { asset: "web-1", transport: "tcp", port: 23 };
    expect(readDeviating("unauthorized-open", stored)?.subject).toEqual({ about: "port", ...stored });
  });

  it.each<[(typeof DEVIATION_KINDS)[number], unknown]>([
    ["unauthorized-open", { asset: "web-1", address: "10.0.0.2" }],
    ["unauthorized-open", { transport: "tcp", port: 23 }],
    ["unauthorized-open", { address: "10.0.0.2", transport: "tcp", port: 23, ports: [1, 9] }],
    ["unauthorized-open", { addresses: ["10.0.0.2", "10.0.0.3"], transport: "tcp", port: 23 }],
    ["wrong-exposure", { asset: "web-1", transport: "tcp", ports: [1, 9] }],
    ["insecure-service", { address: "10.0.0.2", transport: "tcp", ports: [1, 9] }],
    ["outdated-service", { address: "10.0.0.2", transport: "sctp", port: 23 }],
    ["service-changed", { address: "10.0.0.2", transport: "tcp", port: 0 }],
    ["expected-missing", { address: "10.0.0.2", transport: "tcp", port: 23 }],
    ["undeclared-asset", { target: "dmz" }],
    ["undeclared-asset", { address: "10.0.0.2", asset: "web-1" }],
    ["coverage-gap", { address: "10.0.0.2" }],
    ["coverage-gap", { asset: "web-1", address: "10.0.0.2", port: 23 }],
    ["coverage-gap", { sensor: "web", target: "dmz" }],
  ])("that no %s can have is not guessed: %j", (kind, stored) => {
    expect(readDeviating(kind, stored)).toBeUndefined();
  });

  it.each(DEVIATION_KINDS)("of %s is an object of known fields", (kind) => {
    for (const stored of [null, 1, "asset", [], {}, { surprise: true }]) {
      expect(readDeviating(kind, stored)).toBeUndefined();
    }
    fc.assert(
      fc.property(deviating, (of) => {
        expect(readDeviating(of.kind, { ...storedSubject(of.subject), surprise: 1 })).toBeUndefined();
      }),
    );
  });
});
