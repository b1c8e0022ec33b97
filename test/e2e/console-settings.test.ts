import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeBrowser, launchBrowser } from "../browser.ts";
import { openConsolePage, overflowAt390, violationsOf } from "../console-page.ts";
import { HOSTILE, openConsoleSite, type ConsoleSite, type PersonName } from "../console-site.ts";

/** The pages for running an installation, and a text that stands on each once it is loaded. */
const PAGES = [
  ["/scope", "Change the scope"],
  ["/sensors", "No sensor is enrolled."],
  ["/people", "rob@example.com"],
  ["/retention", "No legal hold was ever set."],
  ["/settings", "Grant CAP_NET_RAW."],
  ["/account", "A new key"],
] as const;

describeBrowser("running an installation with the console", () => {
  let site: ConsoleSite;
  let chromium: Browser;
  let admin: BrowserContext;
  const problems: string[] = [];

  beforeAll(async () => {
    site = await openConsoleSite();
    chromium = await launchBrowser();
    admin = await chromium.newContext({ viewport: { width: 1440, height: 900 } });
    await site.signIn(admin, "adm");
  }, 120_000);
  afterAll(async () => {
    await chromium.close();
    await site.close();
  });

  const open = (path: string, on = admin): Promise<Page> => openConsolePage(on, `${site.origin}${path}`, problems);

  async function openAs(name: PersonName, path: string): Promise<Page> {
    const context = await chromium.newContext();
    await site.signIn(context, name);
    return await open(path, context);
  }

  it.each(PAGES)("shows %s without a violation of WCAG 2.2 AA, and narrow", { timeout: 60_000 }, async (path, text) => {
    const page = await open(path);
    await page.getByText(text).filter({ visible: true }).first().waitFor();
    await expect.poll(() => page.locator('[aria-label="Loading"]').count()).toBe(0);
    expect(await violationsOf(page)).toEqual([]);
    await expect.poll(() => overflowAt390(page)).toBe(0);
    await page.close();
  });

  it("shows the pages before signing in without a violation", { timeout: 60_000 }, async () => {
    const context = await chromium.newContext();
    for (const [path, text] of [
      ["/sign-in", "Sign in with a passkey"],
      ["/welcome", "lacks the secret part"],
    ] as const) {
      const page = await open(path, context);
      await page.getByText(text).waitFor();
      expect(await violationsOf(page)).toEqual([]);
      await expect.poll(() => overflowAt390(page)).toBe(0);
    }
    await context.close();
  });

  it("enrols a sensor by one command, whose token is shown once", async () => {
    const page = await open("/sensors");
    await page.getByLabel("Name of the sensor").fill("db-1");
    await page.getByRole("button", { name: "Make the command" }).click();
    const command = page.locator("pre").filter({ hasText: "portolan sensor --server" });
    await command.waitFor();
    expect(await command.textContent()).toMatch(/printf %s '[A-Za-z0-9_-]{43}' > /);
    await page.getByText(/db-1 can enrol until/).waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.reload();
    await page.getByText(/db-1 can enrol until/).waitFor();
    expect(await command.count()).toBe(0);
    await page.close();
  });

  it(
    "invites somebody with a hostile name, and disables the account after it was used",
    { timeout: 90_000 },
    async () => {
      const page = await open("/people");
      await page.getByRole("button", { name: "Invite somebody" }).click();
      const dialog = page.getByRole("dialog", { name: "Invite somebody" });
      const name = HOSTILE.replace("\u202e", "");
      await dialog.getByLabel("Name", { exact: true }).fill(name);
      await dialog.getByLabel("E-mail address").fill("new@example.com");
      await dialog.getByLabel(/^responder/).check();
      expect(await violationsOf(page)).toEqual([]);
      await dialog.getByRole("button", { name: "Invite", exact: true }).click();
      const link = (await dialog.locator("pre").textContent()) ?? "";
      expect(link).toMatch(/\/welcome#/);

      const context = await chromium.newContext();
      const other = await open(new URL(link).pathname + new URL(link).hash, context);
      await other.getByLabel("Password").fill("four words that nobody joins");
      await other.getByRole("button", { name: "Set the password" }).click();
      await other.getByRole("heading", { name: "Today" }).waitFor();

      await page.keyboard.press("Escape");
      await page.getByRole("cell", { name }).click();
      const person = page.getByRole("dialog", { name });
      await person.getByText("password alone").waitFor();
      expect(await violationsOf(page)).toEqual([]);
      const seen = problems.length;
      await person.getByRole("button", { name: `Disable ${name}` }).click();
      await person.getByRole("button", { name: "Yes, disable" }).click();
      await person.getByRole("button", { name: "Enable again" }).waitFor();
      // The page of the disabled account ends by itself.
      await other.waitForURL("**/sign-in?to=*");
      problems.splice(seen);
      await context.close();
      await page.close();
    },
  );

  it("ends a session of somebody else, whose page ends at once", { timeout: 60_000 }, async () => {
    const rob = await openAs("rob", "/findings");
    await rob.getByRole("heading", { name: "Findings" }).waitFor();
    const page = await open("/people");
    await page.getByRole("cell", { name: "rob", exact: true }).click();
    const seen = problems.length;
    await page
      .getByRole("button", { name: /^End: / })
      .first()
      .click();
    await rob.waitForURL("**/sign-in?to=%2Ffindings");
    problems.splice(seen);
    await rob.context().close();
    await page.close();
  });

  it("changes the scope: problems by line, effect, difference, version", { timeout: 90_000 }, async () => {
    const eve = await openAs("eve", "/scope");
    await eve.getByRole("button", { name: "Change the scope" }).click();
    const text = eve.getByLabel("portolan.yaml", { exact: true });
    const before = await text.inputValue();
    const seen = problems.length;
    await text.fill(before.replace("127.0.9.1-127.0.9.3", "not an address!"));
    await eve.getByRole("button", { name: "Line 5" }).click();
    expect(await eve.evaluate<number>("document.activeElement.selectionStart")).toBeGreaterThan(0);
    expect(await eve.getByRole("button", { name: "Put in force" }).isDisabled()).toBe(true);
    await text.fill(before.replace("127.0.9.1-127.0.9.3", "127.0.9.1-127.0.9.3, 198.51.101.0/31"));
    await eve.getByRole("list", { name: "What the guard refuses" }).getByText("198.51.101.0").waitFor();

    // The server restarts meanwhile: the text stays, and the answers come back.
    await site.stop();
    await eve.getByText("Not live since").waitFor();
    await text.fill(`# <b>a comment</b>\n${before.replace("127.0.9.1-127.0.9.3", "127.0.9.1-127.0.9.4")}`);
    await site.start();
    await eve.getByText("Not live since").waitFor({ state: "detached", timeout: 20_000 });
    expect(await text.inputValue()).toContain("# <b>a comment</b>");
    await eve.getByText("Compared with version 1: adds 127.0.9.4; removes no address.").waitFor();
    problems.splice(seen);
    expect(await violationsOf(eve)).toEqual([]);
    await eve.getByRole("button", { name: "Put in force" }).click();
    await eve.getByText("portolan.yaml was replaced. Version 2 is in force.").waitFor();
    await eve.getByRole("row", { name: /eve <eve@example.com>/ }).click();
    await eve.getByRole("dialog", { name: "Version 2 of the scope" }).getByText("# <b>a comment</b>").waitFor();
    await eve.context().close();
    const rob = await openAs("rob", "/scope");
    await rob.getByRole("heading", { name: "Versions" }).waitFor();
    expect(await rob.getByRole("button", { name: "Change the scope" }).count()).toBe(0);
    await rob.context().close();
  });

  it("keeps sort and columns in the address, and a view under its name", { timeout: 60_000 }, async () => {
    const eve = await openAs("eve", "/findings");
    await eve.getByRole("button", { name: "Age" }).click();
    await eve.waitForURL(/[?&]sort=-?age/);
    await eve.getByRole("button", { name: "Choose columns" }).click();
    await eve.getByLabel("Kind", { exact: true }).last().check();
    await eve.waitForURL(/[?&]columns=/);
    await eve.getByRole("columnheader", { name: "Kind" }).waitFor();
    await eve.getByRole("button", { name: "Views" }).click();
    await eve.getByLabel("Name of the view").fill("<b>mine</b>");
    await eve.getByRole("button", { name: "Save this view" }).click();
    await eve.getByRole("link", { name: "<b>mine</b>" }).waitFor();
    expect(await violationsOf(eve)).toEqual([]);
    await eve.goto(`${site.origin}/findings?sort=nothing&columns=<img>`);
    await eve.getByRole("columnheader", { name: "Owner" }).waitFor();
    expect(await eve.getByRole("columnheader", { name: "Kind" }).count()).toBe(0);
    await eve.getByRole("button", { name: "Views" }).click();
    await eve.getByRole("link", { name: "<b>mine</b>" }).click();
    await eve.waitForURL(/sort=-?age/);
    await eve.getByRole("columnheader", { name: "Kind" }).waitFor();
    await eve.context().close();
  });

  it("sets a legal hold as an admin, which an approver alone can lift", { timeout: 60_000 }, async () => {
    const page = await open("/retention");
    const form = page.getByRole("region", { name: "Set a legal hold" });
    await form.getByLabel("Asset").fill("web-1");
    await form.getByLabel("From").fill("the other day");
    await form.getByLabel("Reason").fill(HOSTILE.replace("\u202e", ""));
    await form.getByRole("button", { name: "Set the hold" }).click();
    await form.getByText('"the other day" is not an instant.').waitFor();
    await form.getByLabel("From").fill("-1d");
    await form.getByRole("button", { name: "Set the hold" }).click();
    await page.getByText("Hold 1").waitFor();
    expect(await page.getByRole("button", { name: "Lift hold 1" }).count()).toBe(0);
    const ann = await openAs("ann", "/retention");
    await ann.getByRole("button", { name: "Lift hold 1" }).click();
    await ann.getByRole("dialog").getByLabel("Reason").fill("closed");
    await ann.getByRole("button", { name: "Lift", exact: true }).click();
    await ann.getByText(/^lifted by ann/).waitFor();
    await ann.context().close();
    await page.close();
  });

  it("shows each of five roles what they are permitted, and says what they are not", { timeout: 120_000 }, async () => {
    const labels = ["People", "Retention", "Sensors and workers", "Settings and doctor", "Evidence log"];
    const seen = await Promise.all(
      (["adm", "eve", "ann", "rob", "aud"] as const).map(async (name) => {
        const page = await openAs(name, "/people");
        await page.getByRole("heading", { name: "People" }).waitFor();
        const links = await page.getByRole("navigation", { name: "Pages" }).getByRole("link").allTextContents();
        const mayRead = (await page.getByText("Your roles do not permit this page.").count()) === 0;
        const mayInvite = (await page.getByRole("button", { name: "Invite somebody" }).count()) === 1;
        await page.context().close();
        return [name, labels.filter((label) => links.includes(label)).join(), mayRead, mayInvite];
      }),
    );
    expect(seen).toEqual([
      ["adm", "People,Retention,Sensors and workers,Settings and doctor,Evidence log", true, true],
      ["eve", "Sensors and workers,Settings and doctor,Evidence log", false, false],
      ["ann", "Retention,Sensors and workers,Evidence log", false, false],
      ["rob", "Sensors and workers,Settings and doctor", false, false],
      ["aud", "People,Retention,Sensors and workers,Evidence log", true, false],
    ]);
  });

  it("causes no violation of its policy, no error, and nothing in the log of the browser", () => {
    expect(problems).toEqual([]);
  });
});
