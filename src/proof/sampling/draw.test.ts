import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { draw, drawHash, populationDigest } from "./draw.ts";

const itemsOf = (...keys: string[]) => keys.map((key) => ({ key }));
const keys = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 20 }), { maxLength: 60 });

describe("a sample", () => {
  it("is the one of the published vectors (docs/guide/sampling.md), which sha256sum gives as well", () => {
    const drawn = draw(itemsOf("web-1:443/tcp", "web-1:22/tcp", "db-3:5432/tcp"), 2, "2026-Q1");
    expect(drawn).toEqual([
      {
        item: { key: "web-1:22/tcp" },
        hash: "97ec87f49ecae0d5079712c49b0d9ca03750304de165a8bca7542e0a6bc1b6f4",
      },
      {
        item: { key: "web-1:443/tcp" },
        hash: "a9d3cc97210bb026c800a07c2a4aed4bf61c49a209acfb1b1611e969a9f367ec",
      },
    ]);
    expect(populationDigest(itemsOf("web-1:443/tcp", "web-1:22/tcp", "db-3:5432/tcp"))).toBe(
      "9b973d839cc0deb25a134a3812c905e7e7e12ee1fc7a0cf836acda8b87298b5d",
    );
  });

  it("hashes the UTF-8 of seed, line feed and key", () => {
    const utf8 = Buffer.from("Prüfung\nschlüssel:443/tcp", "utf8");
    expect(drawHash("Prüfung", "schlüssel:443/tcp")).toBe(createHash("sha256").update(utf8).digest("hex"));
  });

  it("has no item twice, none from outside, and as many as asked for or as there are", () => {
    fc.assert(
      fc.property(keys, fc.integer({ min: 1, max: 80 }), fc.string({ minLength: 1 }), (all, size, seed) => {
        const drawn = draw(itemsOf(...all), size, seed).map(({ item }) => item.key);
        expect(new Set(drawn).size).toBe(drawn.length);
        expect(drawn.every((key) => all.includes(key))).toBe(true);
        expect(drawn).toHaveLength(Math.min(size, all.length));
      }),
    );
  });

  it("does not depend on the order of the population, and a larger one begins with the smaller", () => {
    fc.assert(
      fc.property(keys, fc.string({ minLength: 1 }), (all, seed) => {
        const whole = draw(itemsOf(...all), all.length, seed);
        expect(draw(itemsOf(...all.toReversed()), all.length, seed)).toEqual(whole);
        expect(draw(itemsOf(...all), 5, seed)).toEqual(whole.slice(0, 5));
      }),
    );
  });

  it("draws each item about equally often over many seeds", () => {
    const all = itemsOf(...Array.from({ length: 20 }, (_, index) => `item ${index}`));
    const times = new Map<string, number>();
    for (let seed = 0; seed < 2_000; seed += 1) {
      for (const { item } of draw(all, 5, String(seed))) times.set(item.key, (times.get(item.key) ?? 0) + 1);
    }
    // 500 expected; five standard deviations are 97.
    for (const { key } of all) expect(Math.abs((times.get(key) ?? 0) - 500)).toBeLessThan(97);
  });

  it("of an empty population is empty", () => {
    expect(draw([], 25, "any")).toEqual([]);
  });
});
