import fc from "fast-check";
import { expect, it } from "vitest";
import { newestKeys } from "./newest-keys.ts";

const PREFIX = "portolan-5f0c/";
const keyOf = (size: number): string => `${PREFIX}${String(size).padStart(12, "0")}.txt`;

it("finds the end of a long listing in few pages", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 300 }),
      fc.integer({ min: 1, max: 20 }),
      async (sizes, perPage) => {
        const keys = sizes.map(keyOf).sort();
        let pages = 0;
        const page = (after: string) => {
          pages += 1;
          const rest = keys.filter((key) => key > after);
          return Promise.resolve({ keys: rest.slice(0, perPage), truncated: rest.length > perPage });
        };
        expect((await newestKeys(page, PREFIX, 3)).at(-1)).toBe(keys.at(-1));
        expect(pages).toBeLessThanOrEqual(60);
      },
    ),
  );
});

it("finds nothing in an empty listing", async () => {
  expect(await newestKeys(() => Promise.resolve({ keys: [], truncated: false }), PREFIX, 3)).toEqual([]);
});
