import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { accessBindings } from "../../src/access/index.ts";
import { compareTables } from "../../src/record/evidence/index.ts";
import { openStore, type Store } from "../../src/platform/storage/index.ts";
import { describeBrowser, launchBrowser } from "../browser.ts";
import { freshPlace, type Place } from "../databases.ts";
import { codeAt, openSite, OPERATOR, PASSWORD, type Site } from "../access.ts";

const EMAIL = "root@example.com";
const HOSTILE = "<img src=x onerror=alert(1)>";

describeBrowser("signing in with a browser", () => {
  let place: Place;
  let store: Store;
  let site: Site;
  let chromium: Browser;
  /** The admin's browser; its state is kept from one test to the next. */
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    place = await freshPlace("postgresql");
    store = await openStore(place);
    site = await openSite(store, { listens: true });
    chromium = await launchBrowser();
    page = await openPage();
  });
  afterAll(async () => {
    await chromium.close();
    await site.close();
    await store.close();
    await place.remove();
  });

  async function openPage(): Promise<Page> {
    const context = await chromium.newContext();
    context.setDefaultTimeout(10_000);
    const opened = await context.newPage();
    opened.on("pageerror", (error) => problems.push(error.message));
    // A refused sign-in is a failed request, and chromium reports it. A violation of the page's policy is another
    // matter.
    opened.on("console", (said) => {
      if (said.type() === "error" && !said.text().startsWith("Failed to load resource")) problems.push(said.text());
    });
    return opened;
  }

  async function typePassword(on: Page, password = PASSWORD): Promise<void> {
    await on.goto(`${site.origin}/sign-in`);
    await on.getByLabel("E-mail address").fill(EMAIL);
    await on.getByLabel("Password").fill(password);
    await on.getByRole("button", { name: "Sign in", exact: true }).click();
  }

  const isIn = (on: Page) => on.getByRole("heading", { name: "Today" }).waitFor();
  const openAccount = async (on: Page): Promise<void> => {
    await on.goto(`${site.origin}/account`);
    await on.getByRole("heading", { name: `Root (${EMAIL})` }).waitFor();
  };

  async function signOut(on: Page): Promise<void> {
    await on.goto(`${site.origin}/account`);
    await on.getByRole("button", { name: "Sign out" }).click();
    await on.waitForURL("**/sign-in");
  }

  /** Sets up the authenticator app on the account page, and returns its address. */
  async function setUpApp(on: Page): Promise<string> {
    await on.getByLabel("Your password").fill(PASSWORD);
    await on.getByRole("button", { name: "Set up" }).click();
    await expect
      .poll(() => page.evaluate<number>("document.querySelector('main img')?.naturalWidth ?? 0"))
      .toBeGreaterThan(0);
    const uri = `otpauth://totp/Portolan?secret=${(await on.locator("[data-key]").textContent()) ?? ""}`;
    await on.getByLabel("Code", { exact: true }).fill(codeAt(uri, Date.now()));
    await on.getByRole("button", { name: "Confirm" }).click();
    await on.getByText("You enter a code after your password").waitFor();
    return uri;
  }

  it("makes the first admin by the link, who is signed in with the password just chosen", async () => {
    const { url } = await site.identity.people(OPERATOR).users.firstAdmin();
    await page.goto(url);
    await page.getByText("You become the first admin").waitFor();
    expect(page.url()).not.toContain("#");
    await page.getByLabel("Your name").fill("Root");
    await page.getByLabel("E-mail address").fill(EMAIL);
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Set the password" }).click();
    await page.getByRole("heading", { name: `Root (${EMAIL})` }).waitFor();
    const other = await openPage();
    await other.goto(url);
    await other.getByRole("heading", { name: "This link does not work" }).waitFor();
    await other.getByText("Ask an admin for a new one").waitFor();
    expect(await other.getByLabel("Password").isVisible()).toBe(false);
    await typePassword(other, "not the password");
    await other.getByRole("alert").filter({ hasText: "Sign-in failed" }).waitFor();
  });

  it("takes an admin without a second factor to setting one up, before anything else", async () => {
    await page.getByText("Set up an authenticator app now").waitFor();
    expect(await page.getByRole("navigation").count()).toBe(0);
    await page.goto(`${site.origin}/findings`);
    await page.waitForURL("**/account");
    expect(await page.getByRole("heading", { level: 2 }).allTextContents()).toContain("Authenticator app");
    for (const other of ["Roles", "Passkeys", "Sessions", "API keys"]) {
      expect(await page.getByRole("heading", { name: other, exact: true }).isVisible()).toBe(false);
    }
    expect((await page.request.get(`${site.origin}/api/v1/users`)).status()).toBe(403);
  });

  it("sets up an authenticator app, and requires its code", async () => {
    const uri = await setUpApp(page);
    expect((await page.request.get(`${site.origin}/api/v1/users`)).status()).toBe(200);
    await signOut(page);
    await typePassword(page);
    await page.getByLabel("Code", { exact: true }).fill(codeAt(uri, Date.now()));
    await page.getByRole("button", { name: "Continue" }).click();
    await isIn(page);
  });

  it("adds a passkey and signs in with it", async () => {
    const devtools = await page.context().newCDPSession(page);
    await devtools.send("WebAuthn.enable");
    const { authenticatorId } = await devtools.send("WebAuthn.addVirtualAuthenticator", {
      options: {
        protocol: "ctap2",
        transport: "internal",
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    await openAccount(page);
    await page.getByLabel("Name of the passkey").fill("this laptop");
    await page.getByRole("button", { name: "Add a passkey" }).click();
    await page.getByRole("button", { name: "Remove: this laptop" }).waitFor();
    await signOut(page);
    // A user who cannot verify with a finger or a PIN is not let in just for holding the device.
    await devtools.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await page.getByRole("alert").filter({ hasText: /\S/ }).waitFor();
    await devtools.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: true });
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await isIn(page);
    const methods = (await site.entries()).filter(({ type }) => type === "signed-in").map(({ data }) => data["method"]);
    expect(methods).toEqual(["password", "code", "passkey"]);
    const { compared, contradictions } = await compareTables(store.db, accessBindings);
    expect(compared).toContainEqual({ table: "identity_passkey", rows: 1 });
    expect(contradictions).toEqual([]);
  });

  it("ends a session in another browser at once", async () => {
    const other = await openPage();
    await site.join("two@example.com", "engineer");
    for (const on of [page, other]) {
      await on.context().clearCookies();
      await on.goto(`${site.origin}/sign-in?to=/account`);
      await on.getByLabel("E-mail address").fill("two@example.com");
      await on.getByLabel("Password").fill(PASSWORD);
      await on.getByRole("button", { name: "Sign in", exact: true }).click();
      await on.getByRole("heading", { name: "two (two@example.com)" }).waitFor();
    }
    await page.reload();
    await page.getByRole("button", { name: /^End: / }).click();
    await page.getByRole("button", { name: /^End: / }).waitFor({ state: "detached" });
    const answer = await other.request.get(`${site.origin}/api/v1/status`);
    expect(answer.status()).toBe(401);
    await other.reload();
    await other.waitForURL("**/sign-in?to=%2Faccount");
    expect((await page.request.get(`${site.origin}/api/v1/status`)).status()).toBe(200);
  });

  it("shows what a key can do in words, and a new key once", async () => {
    await page.getByLabel("read status, history, findings and the port baseline").waitFor();
    expect(await page.getByRole("group", { name: "It can" }).textContent()).not.toContain("record:read");
    await page.getByLabel("Name of the key").fill(HOSTILE);
    await page.getByRole("button", { name: "Make a key" }).click();
    const shown = page.locator("pre").filter({ hasText: "ptl_" });
    await shown.waitFor();
    const key = (await shown.textContent()) ?? "";
    const status = () =>
      page.request
        .get(`${site.origin}/api/v1/status`, { headers: { authorization: `Bearer ${key}`, cookie: "" } })
        .then((response) => response.status());
    expect(await status()).toBe(200);
    await page.reload();
    await page.getByText(HOSTILE).waitFor();
    expect(await page.getByText(key).count()).toBe(0);
    await page.getByRole("button", { name: /^Revoke: / }).click();
    await page.getByRole("button", { name: "Yes, revoke" }).click();
    await page.getByRole("button", { name: /^Revoke: / }).waitFor({ state: "detached" });
    expect(await status()).toBe(401);
  });

  it("leads to the page that was wanted, and to no other server", async () => {
    const context = await chromium.newContext();
    const other = await context.newPage();
    for (const [wanted, reached] of [
      ["/findings?severity=high", "/findings?severity=high"],
      ["//example.com/", "/"],
      ["/\\example.com/", "/"],
    ] as const) {
      await context.clearCookies();
      await other.goto(`${site.origin}/sign-in?to=${encodeURIComponent(wanted)}`);
      await other.getByLabel("E-mail address").fill("two@example.com");
      await other.getByLabel("Password").fill(PASSWORD);
      await other.getByRole("button", { name: "Sign in", exact: true }).click();
      await other.waitForURL(`${site.origin}${reached}`);
    }
    await context.close();
  });

  it("causes no unexpected error and no violation of the policy of its pages", () => {
    expect(problems).toEqual([]);
  });
});
