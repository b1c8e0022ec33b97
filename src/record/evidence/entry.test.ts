import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Fault } from "../../model/index.ts";
import type { UntypedEntry } from "../../model/index.ts";
import { MAX_BODY_BYTES, entryBody, storedEntry } from "./entry.ts";
import { checkBody, leafHash, sameHash } from "@portolan/verifier";

const AT = Date.UTC(2026, 2, 14, 9);

/** Data that a caller with a wrong type, or with unchecked input, would pass. */
function entry(data: unknown, at = AT): UntypedEntry {
  return { type: "gap-recorded", at, data: data as UntypedEntry["data"] };
}

function refusal(data: unknown, at?: number): Fault {
  try {
    entryBody(entry(data, at), 3);
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error("not refused");
}

describe("entry bodies", () => {
  it("are canonical JSON of at, data, index and type", () => {
    expect(entryBody(entry({ b: [1, null], a: "ä" }), 3)).toBe(
      '{"at":"2026-03-14T09:00:00.000Z","data":{"a":"ä","b":[1,null]},"index":3,"type":"gap-recorded"}',
    );
  });

  it("pass the verifier, for any JSON", () => {
    const data = fc.dictionary(fc.string({ unit: "grapheme" }), fc.jsonValue({ stringUnit: "grapheme", maxDepth: 4 }));
    fc.assert(
      fc.property(data, fc.nat(), (any, index) => {
        const stored = storedEntry(entry(any), index);
        expect(checkBody(stored).outcome).toBe("sound");
        expect(sameHash(stored.leafHash, leafHash(Buffer.from(stored.body)))).toBe(true);
      }),
    );
  });

  it.each([
    ["NaN", { ports: [1, Number.NaN] }, "data.ports[1]"],
    ["Infinity", { rate: Number.POSITIVE_INFINITY }, "data.rate"],
    ["undefined", { reason: undefined }, "data.reason"],
    ["a hole in a list", { list: Object.assign([1], { 2: 2 }) }, "data.list[1]"],
    ["a bigint", { size: 1n }, "data.size"],
    ["a function", { run: () => 1 }, "data.run"],
    ["a date", { when: new Date(AT) }, "data.when"],
    ["a map", { counts: new Map() }, "data.counts"],
    ["half a surrogate pair", { banner: "a\ud83d" }, "data.banner"],
    ["half a surrogate pair in a name", { hosts: { "\ude00": 1 } }, "data.hosts"],
  ])("refuse %s and say where it is", (_, data, place) => {
    const fault = refusal(data);
    expect(fault).toMatchObject({ code: "conflict", place });
    expect(fault.message).toContain("gap-recorded");
  });

  it("refuse data that contains itself, and nesting that the verifier would not read", () => {
    const loop: { self?: unknown } = {};
    loop.self = loop;
    expect(refusal(loop).message).toContain("contains itself");
    const deep = (levels: number): unknown => (levels === 0 ? 1 : { in: deep(levels - 1) });
    expect(refusal(deep(64)).message).toContain("nested deeper");
    expect(checkBody(storedEntry(entry(deep(63)), 0)).outcome).toBe("sound");
  });

  it("refuse an invalid time", () => {
    expect(refusal({}, Number.NaN)).toMatchObject({ code: "conflict", place: "at" });
  });

  it("are limited in bytes, not characters", () => {
    expect(refusal({ text: "ä".repeat(MAX_BODY_BYTES / 2) }).message).toContain(`${MAX_BODY_BYTES} are allowed`);
    expect(Buffer.byteLength(entryBody(entry({ text: "ä".repeat(MAX_BODY_BYTES / 2 - 100) }), 3))).toBeLessThan(
      MAX_BODY_BYTES,
    );
  });
});
