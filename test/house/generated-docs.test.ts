// @module-tag long
import { expect, it } from "vitest";
import { staleFiles } from "../../scripts/print-schemas.ts";

it("generated/json and generated/openapi.json are what the contract and the routes say (npm run schemas writes them)", async () => {
  expect(await staleFiles()).toEqual([]);
});
