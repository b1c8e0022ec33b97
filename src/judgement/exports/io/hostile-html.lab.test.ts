import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import PostalMime from "postal-mime";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeBrowser, launchBrowser } from "../../../../test/browser.ts";
import { HOSTILE, hostileExport, hostileFinding } from "../../../../test/hostile.ts";
import { sheetOf, type Exported } from "../sheet.ts";
import { MOST_OF_A_TEXT } from "../shown.ts";
import { visible } from "../visible.ts";
import { renderSheet } from "./render.ts";

const texts = Object.values(HOSTILE);
const ALL = texts.map((text) => text.slice(0, 200)).join(" ");

async function htmlOf(exported: Exported, format: "html" | "mail"): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of renderSheet(sheetOf(exported), format)) pieces.push(piece);
  const bytes = Buffer.concat(pieces);
  return format === "html" ? bytes.toString() : ((await PostalMime.parse(bytes)).html ?? "");
}

interface Seen {
  readonly requests: string[];
  readonly dialogs: number;
  readonly complaints: string[];
  readonly owned: boolean;
  readonly title: string;
  /** Every element with the names of its attributes, and the values of those that hold a URL. */
  readonly skeleton: string[];
  readonly findings: string[];
  readonly about: string;
}

describeBrowser("a page of hostile findings", () => {
  let chromium: Browser;
  let directory: string;
  beforeAll(async () => {
    chromium = await launchBrowser();
    directory = await mkdtemp(join(tmpdir(), "portolan-html-"));
  });
  afterAll(async () => {
    await chromium.close();
    await rm(directory, { recursive: true });
  });

  async function open(html: string): Promise<Seen> {
    const file = join(directory, "page.html");
    await writeFile(file, html);
    const context = await chromium.newContext();
    const page = await context.newPage();
    const requests: string[] = [];
    const complaints: string[] = [];
    let dialogs = 0;
    page.on("request", (request) => requests.push(request.url()));
    page.on("console", (said) => complaints.push(said.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("dialog", (dialog) => {
      dialogs += 1;
      void dialog.dismiss();
    });
    await page.goto(pathToFileURL(file).href);
    // Triggers handlers for the mouse and the keyboard as well.
    await page.mouse.move(200, 200);
    await page.keyboard.press("Tab");
    // A text, because it runs in the browser.
    const found = await page.evaluate<Pick<Seen, "owned" | "title" | "skeleton" | "findings" | "about">>(`({
      owned: "owned" in window,
      title: document.title,
      skeleton: [...document.querySelectorAll("*")].map(
        (element) => [element.tagName, ...[...element.attributes].map(({ name }) => name)].join(" "),
      ),
      findings: [...document.querySelectorAll("ol > li")].map(({ textContent }) => textContent),
      about: document.querySelector("header")?.textContent ?? "",
    })`);
    await context.close();
    return { requests: requests.slice(1), dialogs, complaints, ...found };
  }

  it.each(["html", "mail"] as const)("%s: runs nothing, requests nothing, and forms no element", async (format) => {
    const hostile = await open(await htmlOf(hostileExport(texts, ALL), format));
    const harmless = await open(
      await htmlOf(
        hostileExport(
          texts.map(() => "plain"),
          "plain",
        ),
        format,
      ),
    );
    expect(hostile).toMatchObject({ requests: [], dialogs: 0, complaints: [], owned: false });
    expect(hostile.skeleton).toEqual(harmless.skeleton);
    expect(hostile.skeleton.filter((element) => /^(A|IMG|SCRIPT|IFRAME|FORM|LINK|OBJECT)\b/.test(element))).toEqual([]);
    expect(hostile.title).toContain(visible(ALL).slice(0, 70));
    expect(hostile.about).toContain(visible(ALL).slice(0, 1_700));
    texts.forEach((text, at) => {
      const { fields } = hostileFinding(at + 1, text);
      // All except the fingerprint, which is for programs.
      const shown = visible(text).slice(0, 1_700);
      // A long address leaves no room for the vantage point of its endpoint.
      const cutOff = 2 * shown.length > MOST_OF_A_TEXT ? 1 : 0;
      expect(hostile.findings[at]?.split(shown), shown.slice(0, 60)).toHaveLength(fields.length - cutOff);
    });
  });

  it("blocks a script even if one got into the page", async () => {
    const page = await htmlOf(hostileExport([], "plain"), "html");
    const seen = await open(page.replace("</main>", "<script>window.owned = true</script></main>"));
    expect(seen.owned).toBe(false);
    expect(seen.complaints.join()).toContain("Content Security Policy");
    const without = page.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, "");
    expect((await open(without.replace("</main>", "<script>window.owned = true</script></main>"))).owned).toBe(true);
  });
});
