// @module-tag long
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { buildVerifier, VERIFIER_FILE } from "../../scripts/build-verifier.ts";
import { staleFiles } from "../../scripts/print-schemas.ts";

it("generated/json and generated/openapi.json are what the contract and the routes say (npm run schemas writes them)", async () => {
  expect(await staleFiles()).toEqual([]);
});

it("the verifier in a bundle is what verifier/ gives (npm run verifier writes it), and has at most 60 kB", async () => {
  const built = await buildVerifier();
  expect(readFileSync(join(import.meta.dirname, "../..", VERIFIER_FILE), "utf8")).toBe(built);
  expect(Buffer.byteLength(built)).toBeLessThanOrEqual(60_000);
});
