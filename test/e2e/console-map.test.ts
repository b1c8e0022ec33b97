import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeBrowser, launchBrowser } from "../browser.ts";
import { openConsoleSite, type ConsoleSite } from "../console-site.ts";

const PAGES = [
  ["/map", "Exposure map"],
  ["/map?as=table", "Exposure map"],
  ["/map?q=open+!authorized&group=segment", "Exposure map"],
  ["/time", "Time machine"],
] as const;

/** What assistive technology reads of the focused cell. */
async function focusedText(page: Page): Promise<string | null> {
  const id = await page.getByRole("grid").getAttribute("aria-activedescendant");
  return await page.locator(`[id="${id ?? ""}"]`).textContent();
}

describeBrowser("the exposure map and the time machine", () => {
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

  async function openPage(path: string): Promise<Page> {
    const page = await context.newPage();
    page.setDefaultTimeout(25_000);
    page.on("pageerror", (error) => problems.push(error.message));
    page.on("dialog", (dialog) => problems.push(`a dialog: ${dialog.message()}`));
    page.on("console", (said) => problems.push(`${path}: ${said.text()}`));
    await page.emulateMedia({ reducedMotion: "reduce" });
    await page.goto(`${site.origin}${path}`);
    await page.getByRole("heading", { name: "In figures" }).waitFor();
    return page;
  }

  it.each(PAGES)(
    "shows %s without a violation of WCAG 2.2 AA: light, dark, forced colours, narrow",
    { timeout: 60_000 },
    async (path, title) => {
      const page = await openPage(path);
      await page.getByRole("heading", { name: title, level: 1 }).waitFor();
      for (const media of [
        { colorScheme: "light", forcedColors: "none" },
        { colorScheme: "dark", forcedColors: "none" },
        { colorScheme: "dark", forcedColors: "active" },
      ] as const) {
        await page.emulateMedia(media);
        const { violations } = await new AxeBuilder({ page })
          .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"])
          // In forced colours, axe computes the contrast of colours that are not shown (axe-core-npm#1067).
          .disableRules(media.forcedColors === "active" ? ["color-contrast"] : [])
          .analyze();
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`)).toEqual([]);
      }
      await page.setViewportSize({ width: 390, height: 844 });
      const over = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
      await expect.poll(() => page.evaluate<number>(over)).toBe(0);
      await page.close();
    },
  );

  it("has a picture with a name, real cells under the arrow keys, and a table with the same rows", async () => {
    const page = await openPage("/map?q=open");
    const picture = page.getByRole("img", { name: /^Exposure map as of .*2 rows by 2 ports/ });
    await picture.waitFor();
    const grid = page.getByRole("grid", { name: /Cells of the map/ });
    expect(await grid.getAttribute("aria-rowcount")).toBe("2");
    expect(await grid.getAttribute("aria-colcount")).toBe("3");
    await grid.focus();
    const says = () => focusedText(page);
    const seen = new Set<string | null | undefined>();
    for (const key of ["Home", "ArrowRight", "ArrowDown", "ArrowLeft"]) {
      await page.keyboard.press(key);
      await page.waitForTimeout(60);
      seen.add(await says());
    }
    // In words, and each with its port.
    expect([...seen].filter((text) => text?.includes("open, authorized"))).toHaveLength(1);
    expect([...seen].filter((text) => text?.includes(`${site.port}: open, not authorized`))).toHaveLength(1);
    await page.getByRole("button", { name: "Show as table" }).click();
    await page.getByText("2 rows", { exact: true }).waitFor();
    await page.getByRole("cell", { name: `${site.port}: not authorized` }).waitFor();
    await page.close();
  });

  it("narrows by typing, says what it does not understand and where, and keeps it all in the URL", async () => {
    const page = await openPage("/map");
    await page.keyboard.press("/");
    await page.keyboard.type(`port:${site.port} open !authorized`);
    await page.waitForURL(/q=port/);
    await page.getByText(/^1 of \d+ rows, 1 of \d+ ports/).waitFor();
    const field = page.getByRole("searchbox", { name: "Filter the cells" });
    await field.fill("open colour:red");
    await page.getByText('Character 6: "colour:" is not a key.').waitFor();
    expect(await field.getAttribute("aria-invalid")).toBe("true");
    await field.fill("<img src=x onerror=alert(1)>");
    await page.getByText("No cell matches.").waitFor();
    await field.fill("");
    await page.getByRole("combobox", { name: "Group by" }).selectOption("segment");
    await page.waitForURL(/group=segment/);
    await page.getByRole("button", { name: /1 cell not authorized in dmz: show only these/ }).click();
    await page.waitForURL(/q=unauthorized/);
    const { href } = new URL(page.url());
    await page.close();
    const again = await openPage(href.replace(site.origin, ""));
    expect(await again.getByRole("searchbox", { name: "Filter the cells" }).inputValue()).toBe(
      "unauthorized segment:dmz",
    );
    await again.close();
  });

  it("leads from a cell to its endpoint, its asset and its finding", async () => {
    const page = await openPage("/map?q=unauthorized");
    await page.getByRole("grid").focus();
    await page.keyboard.press("Home");
    await page.waitForURL(/cell=web-1/);
    const panel = page.getByRole("region", { name: "Cell" });
    await panel.getByRole("link", { name: "web-1", exact: true }).waitFor();
    await panel.getByText("open, not authorized").waitFor();
    await panel.getByRole("link", { name: /unauthorized-open/ }).waitFor();
    await panel.getByRole("link", { name: new RegExp(`tcp/${site.port}`) }).click();
    await page.getByText("Life of 127.0.9.1").waitFor();
    await page.close();
  });

  it("draws unknown hatched and in words before anybody looked, never as closed", async () => {
    const page = await openPage("/time");
    const slider = page.getByRole("slider", { name: "Instant" });
    await slider.focus();
    await page.keyboard.press("Home");
    await page.waitForURL(/at=/);
    const figures = page.getByRole("table", { name: "Cells in view, counted" });
    await figures.getByRole("button", { name: /cells? unknown, required/ }).waitFor();
    const grid = page.getByRole("grid");
    await grid.focus();
    await page.keyboard.press("End");
    const says = () => focusedText(page);
    await expect.poll(says).toContain("unknown: nobody looked in time");
    // Forward to the end, change by change.
    const later = page.getByRole("button", { name: "Later change" });
    const shown = new Set<string>();
    for (let turn = 0; turn < 40 && (await later.isEnabled()); turn += 1) {
      await later.click();
      shown.add((await figures.innerText()).replaceAll(/\s+/g, " "));
    }
    expect(shown.size).toBeGreaterThan(1);
    await page.close();
  });

  it("compares two instants: what opened in between is shown, and said", async () => {
    const page = await openPage("/time");
    await page.getByRole("slider", { name: "Instant" }).focus();
    await page.keyboard.press("Home");
    await page.waitForURL(/at=/);
    await page.getByRole("button", { name: "Compare from here" }).click();
    await page.waitForURL(/compare=/);
    await page.getByText("Nothing differs between the two instants.").waitFor();
    await page.getByRole("slider", { name: "Instant" }).focus();
    await page.keyboard.press("End");
    await page.getByRole("img", { name: /^What differs between/ }).waitFor();
    const grid = page.getByRole("grid");
    await grid.focus();
    await page.keyboard.press("Home");
    const says = () => focusedText(page);
    await expect.poll(says).toMatch(/became known; now /);
    await page.getByRole("button", { name: "End the comparison" }).click();
    await page.getByRole("img", { name: /^Exposure map as of/ }).waitFor();
    await page.close();
  });

  it("prints its figures", async () => {
    const page = await openPage("/map");
    await page.emulateMedia({ media: "print" });
    expect(await page.getByRole("img", { name: /^Exposure map/ }).isVisible()).toBe(false);
    expect(await page.getByRole("table", { name: "Cells in view, counted" }).isVisible()).toBe(true);
    await page.close();
  });

  it("causes no violation of the policy, no error, and nothing in the log of the browser", () => {
    expect(problems).toEqual([]);
  });
});
