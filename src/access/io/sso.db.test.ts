import { afterAll, beforeAll, expect, it } from "vitest";
import { freshPlace, type Place } from "../../../test/databases.ts";
import { openSite, OPERATOR, type Browser, type Site } from "../../../test/access.ts";
import { startOpenIdProvider, throughProvider, type OpenIdProvider } from "../../../test/openid-provider.ts";
import { openStore, type Store } from "../../platform/storage/index.ts";
import { compareTables } from "../../record/evidence/index.ts";
import { accessBindings } from "./bindings.ts";

const ORIGIN = "http://localhost:4600";
const BACK = `${ORIGIN}/session/sso/callback/sso`;
const REFUSED = "/sign-in?problem=sso";

let provider: OpenIdProvider;
let place: Place;
let store: Store;
let site: Site;

beforeAll(async () => {
  provider = await startOpenIdProvider(BACK);
  place = await freshPlace("postgresql");
  store = await openStore(place);
  const { issuer, clientId, clientSecret } = provider;
  site = await openSite(store, { sso: { name: "Example Login", issuer, clientId, clientSecret } });
});
afterAll(async () => {
  await site.close();
  await store.close();
  await place.remove();
  await provider.stop();
});

const invite = (email: string) =>
  site.identity.people(OPERATOR).users.invite({ email, name: email.replace(/@.*/, ""), roles: [{ role: "engineer" }] });

/** Signs in at the provider, and returns the path by which the browser comes back. */
async function awayAndBack(browser: Browser, subject: string, email = `${subject}@example.com`, verified = true) {
  provider.signsIn = { subject, email, verified };
  const away = await browser.send("GET", "/session/sso");
  expect(away.status).toBe(302);
  const back = await throughProvider(String(away.headers["location"]), BACK);
  return back.slice(ORIGIN.length);
}

async function endsAt(browser: Browser, path: string): Promise<unknown> {
  const answer = await browser.send("GET", path);
  expect(answer.status).toBe(302);
  return answer.headers["location"];
}

const last = async () => (await site.entries()).at(-1);

it("signs in an invited user, and later by the subject instead of the address", async () => {
  await invite("ada@example.com");
  const browser = site.browser();
  expect((await browser.send("GET", "/session/state")).body).toEqual({ firstAdmin: false, sso: "Example Login" });
  expect(await endsAt(browser, await awayAndBack(browser, "ada"))).toBe("/");
  expect((await browser.send("GET", "/api/v1/status")).status).toBe(200);
  expect((await site.entries()).slice(-2)).toMatchObject([
    { type: "sso-linked", data: { user: "ada@example.com", provider: "sso" } },
    { type: "signed-in", data: { user: "ada@example.com", method: "sso", address: "192.0.2.1" } },
  ]);
  const again = site.browser();
  expect(await endsAt(again, await awayAndBack(again, "ada", "ada.king@example.com"))).toBe("/");
  expect((await again.send("GET", "/session/account")).body).toMatchObject({ email: "ada@example.com" });
});

it("refuses a person whom nobody invited, and creates no user for them", async () => {
  const browser = site.browser();
  expect(await endsAt(browser, await awayAndBack(browser, "mallory"))).toBe(REFUSED);
  expect((await browser.send("GET", "/api/v1/status")).status).toBe(401);
  expect(await last()).toMatchObject({ type: "sign-in-refused", data: { reason: "single sign-on refused" } });
  expect(JSON.stringify(await site.identity.people(OPERATOR).users.list())).not.toContain("mallory");
});

it("refuses an address that the provider does not vouch for", async () => {
  await invite("grace@example.com");
  const browser = site.browser();
  expect(await endsAt(browser, await awayAndBack(browser, "g", "grace@example.com", false))).toBe(REFUSED);
  expect(await endsAt(browser, await awayAndBack(browser, "g", "grace@example.com", true))).toBe("/");
});

it("refuses a disabled user", async () => {
  await invite("bob@example.com");
  const browser = site.browser();
  expect(await endsAt(browser, await awayAndBack(browser, "bob"))).toBe("/");
  await site.identity.people(OPERATOR).users.disable({ id: "bob@example.com" });
  const again = site.browser();
  expect(await endsAt(again, await awayAndBack(again, "bob"))).toBe(REFUSED);
  expect((await again.send("GET", "/api/v1/status")).status).toBe(401);
});

it("refuses a callback that this browser did not begin, or that it has already used", async () => {
  const [browser, other] = [site.browser(), site.browser()];
  const back = await awayAndBack(browser, "ada");
  const state = new URL(back, ORIGIN).searchParams.get("state") ?? "";
  expect(await endsAt(browser, back.replace(state, "x".repeat(state.length)))).toBe(REFUSED);
  expect(await endsAt(other, back)).toBe(REFUSED);
  const fresh = await awayAndBack(browser, "ada");
  expect(await endsAt(browser, fresh)).toBe("/");
  browser.cookies.delete("portolan.session_token");
  expect(await endsAt(browser, fresh)).toBe(REFUSED);
  expect((await browser.send("GET", "/api/v1/status")).status).toBe(401);
  expect(await endsAt(browser, `/session/sso/callback/sso?error=access_denied&state=${state}`)).toBe(REFUSED);
});

it("stores none of the provider's secrets in readable form", async () => {
  const rows = await store.executeSql("SELECT * FROM identity_account WHERE provider_id = 'sso'");
  expect(JSON.stringify(rows)).not.toContain(provider.clientSecret);
  expect(JSON.stringify(await site.entries())).not.toMatch(/eyJ|code=|state=/);
});

it("leaves rows that the entries state", async () => {
  expect((await compareTables(store.db, accessBindings)).contradictions).toEqual([]);
});
