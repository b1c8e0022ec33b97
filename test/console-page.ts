import { AxeBuilder } from "@axe-core/playwright";
import type { BrowserContext, Page } from "playwright-core";

/** A page of the console. `problems` gets each violation of the policy, error and dialog that the browser reports. */
export async function openConsolePage(context: BrowserContext, url: string, problems: string[]): Promise<Page> {
  const page = await context.newPage();
  page.setDefaultTimeout(25_000);
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("dialog", (dialog) => problems.push(`a dialog: ${dialog.message()}`));
  page.on("console", (said) => problems.push(`${url}: ${said.text()}`));
  await page.goto(url);
  return page;
}

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** Violations of WCAG 2.2 AA that axe finds: light, dark and in forced colours. */
export async function violationsOf(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const media of [
    { colorScheme: "light", forcedColors: "none" },
    { colorScheme: "dark", forcedColors: "none" },
    { colorScheme: "dark", forcedColors: "active" },
  ] as const) {
    await page.emulateMedia({ ...media, reducedMotion: "reduce" });
    const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
    const where = `${media.colorScheme} ${media.forcedColors}`;
    found.push(...violations.map(({ id, nodes }) => `${where} ${id}: ${nodes.map(({ html }) => html).join(" ")}`));
  }
  await page.emulateMedia({ colorScheme: "light", forcedColors: "none" });
  return found;
}

/** How many pixels the page is wider than a screen of 390. */
export async function overflowAt390(page: Page): Promise<number> {
  await page.setViewportSize({ width: 390, height: 844 });
  return await page.evaluate<number>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
}
