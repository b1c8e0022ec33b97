import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeBrowser, launchBrowser } from "../browser.ts";
import { openConsolePage, overflowAt390, violationsOf } from "../console-page.ts";
import { openConsoleSite, type ConsoleSite } from "../console-site.ts";

/** Every page, and a text that stands on it once it is loaded. */
const PAGES = [
  ["/", "Checkpoints are kept on this machine only"],
  ["/findings", "not authorized"],
  ["/findings/1", "Its life"],
  ["/assets", "web-1"],
  ["/assets/web-1", "Open endpoints"],
  ["/endpoints/web-1%3APORT%2Ftcp", "Life of 127.0.9.1"],
  ["/sweeps", "complete"],
  ["/sweeps/1", "How far it can be trusted"],
  ["/evidence", "sweep-finished"],
  ["/continuity", "Target days"],
  ["/baseline", "administration"],
  ["/audit", "Draw the sample"],
] as const;

describeBrowser("the console", () => {
  let site: ConsoleSite;
  let chromium: Browser;
  let context: BrowserContext;
  const problems: string[] = [];

  beforeAll(async () => {
    site = await openConsoleSite();
    chromium = await launchBrowser();
    context = await chromium.newContext({ viewport: { width: 1440, height: 900 } });
    await site.signIn(context, "eve");
  }, 120_000);
  afterAll(async () => {
    await chromium.close();
    await site.close();
  });

  async function openPage(path: string, on: BrowserContext = context): Promise<Page> {
    const page = await openConsolePage(on, `${site.origin}${path.replace("PORT", String(site.port))}`, problems);
    return page;
  }

  it.each(PAGES)(
    "shows %s without a violation of WCAG 2.2 AA, light, dark, in forced colours and narrow",
    { timeout: 60_000 },
    async (path, text) => {
      const page = await openPage(path);
      await page.getByText(text).filter({ visible: true }).first().waitFor();
      await expect.poll(() => page.locator('[aria-label="Loading"]').count()).toBe(0);
      expect(await violationsOf(page)).toEqual([]);
      await expect.poll(() => overflowAt390(page)).toBe(0);
      await page.close();
    },
  );

  it("shows an instant of the past on every page that is reached from there", async () => {
    const page = await openPage("/assets?at=2026-01-01T00:00:00Z");
    await page.getByRole("button", { name: /^As of 01 Jan 2026/ }).waitFor();
    await page.getByRole("link", { name: "Findings", exact: true }).click();
    await page.waitForURL("**/findings?at=2026-01-01T00%3A00%3A00Z");
    await page.getByText("No finding matches.").waitFor();
    await page.close();
  });

  it("is used by keyboard: rows, pages, search", async () => {
    const page = await openPage("/findings");
    await page.getByRole("cell", { name: /not authorized/ }).waitFor();
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/findings/*");
    await page.keyboard.press("g");
    await page.keyboard.press("s");
    await page.waitForURL("**/sweeps");
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: /endpoint/ }).fill(`web-1:${site.port}`);
    await page.keyboard.press("Enter");
    await page.getByText("Life of 127.0.9.1").waitFor();
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
    await page.close();
  });

  it("shows on an asset's page which process listens, and from where it can be reached", async () => {
    const page = await openPage("/assets/web-1");
    const row = page
      .getByRole("table", { name: "Processes" })
      .getByRole("row", { name: new RegExp(String(site.port)) });
    await row.getByRole("cell", { name: "inside", exact: true }).first().waitFor();
    await page.getByText("nginx 1.18").first().waitFor();
    await page.close();
  });

  it("says that no destination outside is configured to compare the log with", async () => {
    const page = await openPage("/evidence");
    await page.getByRole("button", { name: "Compare with the destinations" }).click();
    await page.getByText("No destination that can be read is configured, so nothing was compared.").waitFor();
    await page.close();
  });

  it(
    "drafts, completes, checks and submits a port baseline, which another person approves",
    { timeout: 90_000 },
    async () => {
      const page = await openPage("/baseline");
      const seen = problems.length;
      await page.getByRole("button", { name: "Draft from the open ports" }).click();
      await page.getByText("1 port added").waitFor();
      await page.getByRole("button", { name: "Check" }).click();
      await page.getByRole("alert").filter({ hasText: "owner" }).waitFor();
      await page.getByLabel("Owner of all that have none").fill("team: web");
      await page.getByRole("button", { name: "Fill in" }).first().click();
      await page.getByLabel("Justification of all that have none").fill("public <b>shop</b>");
      await page.getByRole("button", { name: "Fill in" }).last().click();
      await page.getByRole("button", { name: "Check" }).click();
      await page.getByText("1 added, 0 removed").waitFor();
      await page.getByRole("button", { name: "Submit for approval" }).click();
      await page.getByText("Another person has to approve it.").waitFor();
      // The browser reports the refused check, and nothing else.
      expect(problems.splice(seen).filter((text) => !text.includes("Failed to load resource"))).toEqual([]);
      await page.close();

      const other = await chromium.newContext();
      await site.signIn(other, "ann");
      const approver = await openPage("/baseline", other);
      await approver.getByRole("button", { name: "Review" }).click();
      await approver.getByRole("cell", { name: "public <b>shop</b>" }).waitFor();
      await approver.getByRole("button", { name: "Approve this port baseline" }).click();
      await approver.getByText("Version 2 is in force").waitFor();
      await other.close();
    },
  );

  it("explains a gap, which another person accepts", { timeout: 90_000 }, async () => {
    const page = await openPage("/continuity");
    await page
      .getByRole("row", { name: /not explained/ })
      .first()
      .click();
    await page.getByLabel("Why nobody looked").fill("moved to <b>another</b> rack");
    await page.getByRole("combobox", { name: /^Cause/ }).selectOption("maintenance");
    await page.getByRole("button", { name: "Explain" }).click();
    await page.getByText("Nobody has accepted it.").waitFor();
    await page.getByText("moved to <b>another</b> rack").waitFor();
    await page.close();

    const other = await chromium.newContext();
    await site.signIn(other, "ann");
    const approver = await openPage("/continuity", other);
    await approver
      .getByRole("row", { name: /not accepted/ })
      .first()
      .click();
    await approver.getByLabel("I have read it and accept it.").check();
    await approver.getByRole("button", { name: "Sign off" }).click();
    await approver.getByText("Accepted by ann <ann@example.com>").waitFor();
    await other.close();
  });

  it("says since when it is not live, keeps what was typed, and recovers", async () => {
    const page = await openPage("/findings");
    await page.getByLabel("Filter findings").fill("nothing has this name");
    await page.getByText("No finding matches.").waitFor();
    const seen = problems.length;
    await site.stop();
    await page.getByText("Not live since").waitFor();
    expect(await page.getByLabel("Filter findings").inputValue()).toBe("nothing has this name");
    await site.start();
    await page.getByText("Not live since").waitFor({ state: "detached", timeout: 20_000 });
    expect(await page.getByLabel("Filter findings").inputValue()).toBe("nothing has this name");
    // The browser reports each connection that was refused meanwhile.
    problems.splice(seen);
    await page.close();
  });

  it("ends at once when the session ends elsewhere", async () => {
    const other = await chromium.newContext();
    await site.signIn(other, "rob");
    const page = await openPage("/", other);
    await page.getByRole("heading", { name: "Who watches" }).waitFor();
    const seen = problems.length;
    await site.disable("rob");
    await page.waitForURL("**/sign-in?to=*");
    problems.splice(seen);
    await other.close();
  });

  it("shows nobody what they are not permitted to read", async () => {
    const owner = await chromium.newContext();
    await site.signIn(owner, "own");
    const page = await openPage("/", owner);
    await page.getByRole("heading", { name: "Who watches" }).waitFor();
    expect(await page.getByRole("link", { name: "Evidence log" }).count()).toBe(0);
    await owner.close();
  });

  it("causes no violation of its policy, no error, and nothing in the log of the browser", () => {
    expect(problems).toEqual([]);
  });
});
