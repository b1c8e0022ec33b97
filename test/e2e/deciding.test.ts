import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openStore, type Store } from "../../src/platform/storage/index.ts";
import { PASSWORD } from "../access.ts";
import { describeBrowser, launchBrowser } from "../browser.ts";
import { freshPlace, type Place } from "../databases.ts";
import { openDeciding, yamlOf, type Deciding } from "../deciding.ts";

const DAY = 24 * 60 * 60_000;
const HOSTILE = "<img src=x onerror=alert(1)> web shop";

describeBrowser("deciding with a browser", () => {
  let place: Place;
  let store: Store;
  let site: Deciding;
  let chromium: Browser;
  const problems: string[] = [];

  beforeAll(async () => {
    place = await freshPlace("postgresql");
    store = await openStore(place);
    site = await openDeciding(store, { listens: true });
    chromium = await launchBrowser();
    await site.join("eve@example.com", "engineer", "approver");
    await site.join("ann@example.com", "approver");
    site.pass(2 * DAY);
    const document = yamlOf(443).replace("web shop", HOSTILE).replace("web-1", "web-2");
    await site.submit(await site.as("eve@example.com"), document);
  });
  afterAll(async () => {
    await chromium.close();
    await site.close();
    await store.close();
    await place.remove();
  });

  async function openPage(email: string): Promise<Page> {
    const context = await chromium.newContext();
    context.setDefaultTimeout(10_000);
    const page = await context.newPage();
    page.on("pageerror", (error) => problems.push(error.message));
    page.on("console", (said) => {
      if (said.type() === "error" && !said.text().startsWith("Failed to load resource")) problems.push(said.text());
    });
    await page.goto(`${site.origin}/decide`);
    await page.waitForURL("**/sign-in");
    await page.getByLabel("E-mail address").fill(email);
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("link", { name: "Port baselines to decide" }).click();
    await page.getByRole("button", { name: /^Review: port-baseline.yaml/ }).click();
    return page;
  }
  const approve = (page: Page) => page.getByRole("button", { name: "Approve this port baseline" }).click();

  it("refuses the proposer, and shows why", async () => {
    const page = await openPage("eve@example.com");
    await approve(page);
    await page.getByRole("alert").filter({ hasText: "You would have proposed and approved" }).waitFor();
  });

  it("shows another approver what it changes and what to check, as text, and approves", async () => {
    const page = await openPage("ann@example.com");
    await page.locator("#review-who").filter({ hasText: "Proposed by eve <eve@example.com>" }).waitFor();
    await page.getByText("nothing in the scope has asset web-2").waitFor();
    await page.getByRole("cell", { name: HOSTILE }).waitFor();
    await approve(page);
    await page.getByRole("status").filter({ hasText: "approved by ann <ann@example.com>" }).waitFor();
    await page.getByText("Nothing waits for a decision.").waitFor();
    const approved = (await site.entries()).filter(({ type }) => type === "baseline-approved");
    expect(approved.map(({ data }) => [data["approvedBy"], data["proposedBy"], data["through"]])).toEqual([
      ["ann <ann@example.com>", "eve <eve@example.com>", "person"],
    ]);
  });

  it("causes no unexpected error and no violation of the page's policy", () => {
    expect(problems).toEqual([]);
  });
});
