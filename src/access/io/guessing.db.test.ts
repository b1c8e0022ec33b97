import { Agent, request } from "node:http";
import { afterAll, beforeAll, expect, it } from "vitest";
import { freshPlace, type Place } from "../../../test/databases.ts";
import { openSite, PASSWORD, type Site } from "../../../test/access.ts";
import { openStore, type Store } from "../../platform/storage/index.ts";

const GUESSES = 10_000;
/** So many of the guesses come from an address of their own, and reach the password check. */
const SPREAD = 100;
const AT_ONCE = 20;

let place: Place;
let store: Store;
let site: Site;
const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });

beforeAll(async () => {
  place = await freshPlace("postgresql");
  store = await openStore(place);
  site = await openSite(store, { listens: true, behindProxy: true });
  await site.join("owner@example.com", "engineer");
  await site.join("neighbour@example.com", "engineer");
});
afterAll(async () => {
  agent.destroy();
  await site.close();
  await store.close();
  await place.remove();
});

function signIn(email: string, password: string, from: string): Promise<number> {
  const { hostname, port } = new URL(site.origin);
  const headers = { "content-type": "application/json", origin: site.origin, "x-forwarded-for": from };
  return new Promise((resolve, reject) => {
    const outgoing = request({ hostname, port, path: "/session", method: "POST", agent, headers }, (incoming) => {
      incoming.resume();
      incoming.on("end", () => resolve(incoming.statusCode ?? 0));
    });
    outgoing.on("error", reject);
    outgoing.end(JSON.stringify({ email, password }));
  });
}

it(`${GUESSES} guesses of a password get nowhere, keep nobody out, and do not fill the record`, async () => {
  const before = (await site.entries()).length;
  const statuses: Record<number, number> = {};
  const others: number[] = [];
  let next = 0;
  const guess = async (): Promise<void> => {
    while (next < GUESSES) {
      const at = next;
      next += 1;
      const spread = at % (GUESSES / SPREAD) === 0;
      const from = spread ? `198.51.100.${at / (GUESSES / SPREAD)}` : "203.0.113.66";
      const status = await signIn("owner@example.com", `guess number ${at}`, from);
      statuses[status] = (statuses[status] ?? 0) + 1;
      // In the middle of it, the owner signs in from their own address, and somebody else from the address of the
      // guesses.
      if (at % 2_500 === 1_250) {
        others.push(await signIn("owner@example.com", PASSWORD, "192.0.2.77"));
        others.push(await signIn("neighbour@example.com", PASSWORD, "203.0.113.66"));
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, guess));
  expect(others).toEqual([200, 200, 200, 200, 200, 200, 200, 200]);
  // Each response says only that the guess was wrong or came too soon.
  expect(Object.keys(statuses)).toEqual(["401", "429"]);
  expect(statuses[401]).toBeLessThanOrEqual(SPREAD + 10);

  await site.identity.close();
  const entries = (await site.entries()).slice(before);
  const refused = entries.filter(({ type }) => type === "sign-in-refused").length;
  const counted = entries.filter(({ type }) => type === "refusals-counted");
  expect(entries.length).toBeLessThan(40);
  expect(counted.reduce((sum, { data }) => sum + Number(data["count"]), refused)).toBe(GUESSES);
}, 120_000);

it("slows down a caller after too many guesses, longer each time, but not forever", async () => {
  const status = () => signIn("owner@example.com", PASSWORD, "203.0.113.66");
  expect(await status()).toBe(429);
  site.pass(14 * 60_000);
  expect(await status()).toBe(200);
});
