import { expect, it } from "vitest";
import { fuzzServer } from "../fuzz-server.ts";

/** PORTOLAN_FUZZ=10000 for more of them. */
const COUNT = Number(process.env["PORTOLAN_FUZZ"] ?? 300);

it("no request that can be made from the document breaks the server", async () => {
  const report = await fuzzServer(COUNT, 20_260_314);
  expect(report.problems).toEqual([]);
  expect(Object.keys(report.statuses)).toEqual(expect.arrayContaining(["200", "400", "404"]));
}, 600_000);
