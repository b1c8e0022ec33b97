import { expect, it } from "vitest";
import { freshPlace } from "../databases.ts";
import { fuzzServer } from "../fuzz-server.ts";

/** PORTOLAN_FUZZ=10000 sends that many requests. */
const COUNT = Number(process.env["PORTOLAN_FUZZ"] ?? 300);

it("survives every request generated from the API document", async () => {
  const place = await freshPlace("postgresql");
  const report = await fuzzServer(place, COUNT, 20_260_314);
  await place.remove();
  expect(report.problems).toEqual([]);
  expect(Object.keys(report.statuses)).toEqual(expect.arrayContaining(["200", "400", "404"]));
}, 600_000);
