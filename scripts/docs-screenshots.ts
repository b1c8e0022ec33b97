import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { chromium, type Page } from "playwright-core";
import { createApp } from "../src/app.ts";
import { startServer } from "../src/server/index.ts";

/**
 * Makes the pictures of docs/guide/tour.md and README.md from the demo record, with Debian's chromium. The story, the clock
 * of server and browser, and the window are fixed; only keys and hashes differ from run to run.
 */

const ROOT = join(import.meta.dirname, "..");
const IMAGES = join(ROOT, "docs/images");
const END = Date.parse("2026-11-20T09:00:00Z");
const NOW = END + 4 * 60_000;
const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

interface Picture {
  readonly name: string;
  readonly path: string;
  readonly who: "ada@example.com" | "grace@example.com" | "alan@example.com";
  /** A text on the page once it is loaded. */
  readonly shows: string;
  readonly theme?: "dark";
  readonly before?: (page: Page, site: Site) => Promise<void>;
}

interface Site {
  readonly origin: string;
  /** A checkpoint that somebody kept, and the fingerprint of its key. */
  readonly checkpoint: string;
  readonly fingerprint: string;
}

const PICTURES: readonly Picture[] = [
  { name: "today", path: "/", who: "ada@example.com", shows: "without authentication" },
  { name: "today-dark", path: "/", who: "ada@example.com", shows: "without authentication", theme: "dark" },
  { name: "findings", path: "/findings", who: "ada@example.com", shows: "27017" },
  { name: "finding", path: "/findings", who: "ada@example.com", shows: "Its life", before: openMongo },
  { name: "map", path: "/map", who: "ada@example.com", shows: "app-07", before: showWhole },
  { name: "time", path: "/time", who: "ada@example.com", shows: "app-07", before: showWhole },
  { name: "endpoint", path: "/endpoints/app-07%3A27017%2Ftcp", who: "ada@example.com", shows: "MongoDB" },
  { name: "assets", path: "/assets?at=2026-10-20T09%3A00%3A00Z", who: "ada@example.com", shows: "app-07" },
  { name: "baseline", path: "/baseline", who: "grace@example.com", shows: "CHG-1042" },
  { name: "continuity", path: "/continuity?days=90", who: "grace@example.com", shows: "Target days" },
  { name: "audit", path: "/audit", who: "alan@example.com", shows: "A sample", before: drawSample },
  { name: "evidence", path: "/evidence", who: "alan@example.com", shows: "Verify in this browser", before: verifyHere },
];

async function openMongo(page: Page): Promise<void> {
  await page
    .getByText(/27017.*not authorized/)
    .first()
    .click();
}

/** The map is drawn once its canvas has a size. */
async function showWhole(page: Page): Promise<void> {
  await page.locator("canvas").first().waitFor();
  await page.waitForTimeout(500);
}

async function drawSample(page: Page): Promise<void> {
  await page.getByLabel("Your seed").fill("audit 2026-Q4");
  await page.getByLabel("Size").fill("8");
  await page.getByRole("button", { name: "Draw the sample" }).click();
  await page.getByText("Drawn", { exact: true }).waitFor();
}

async function verifyHere(page: Page, { checkpoint, fingerprint }: Site): Promise<void> {
  await page.getByLabel(/^Checkpoint from/).fill(checkpoint);
  await page.getByLabel(/^Fingerprint of the key/).fill(fingerprint);
  await page.getByRole("button", { name: "Check in this browser" }).click();
  await page.getByText("Checked by this browser").waitFor();
}

const directory = await mkdtemp(join(tmpdir(), "portolan-tour-"));
try {
  const made = await promisify(execFile)(
    process.execPath,
    [join(ROOT, "bin/portolan.js"), "demo", directory, "--no-serve", "--until", new Date(END).toISOString()],
    { env: { ...process.env, NO_COLOR: "1" } },
  );
  const password = /with the password (\S+) as/.exec(made.stderr)?.[1] ?? "";
  await photograph(password);
} finally {
  await rm(directory, { recursive: true, force: true });
}

async function photograph(password: string): Promise<void> {
  const clock = { now: () => NOW };
  const home = join(directory, ".portolan");
  const app = await createApp({ directory, home, clock });
  const server = await startServer({
    operations: app.operations,
    identity: await app.identity(),
    sensors: app.sensors,
    home,
    version: "",
    synthetic: true,
    port: 0,
    clock,
    onUnexpected: (error) => {
      throw error;
    },
  });
  const { checkpoints } = await app.operations.evidence.checkpoints({ limit: 30 });
  const { key } = await app.operations.evidence.verify({});
  const site = {
    origin: `http://localhost:${new URL(server.url).port}`,
    checkpoint: checkpoints.at(-1)?.note ?? "",
    fingerprint: key?.fingerprint ?? "",
  };
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--hide-scrollbars"] });
  try {
    await mkdir(IMAGES, { recursive: true });
    for (const picture of PICTURES) await take(picture);
  } finally {
    await browser.close();
    await server.stop();
    await app.close();
  }

  async function take({ name, path, who, shows, theme, before }: Picture): Promise<void> {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      colorScheme: theme ?? "light",
      reducedMotion: "reduce",
      timezoneId: "UTC",
      locale: "en-GB",
    });
    const signedIn = await context.request.post(`${site.origin}/session`, {
      data: { email: who, password },
      headers: { origin: site.origin },
    });
    if (!signedIn.ok()) throw new Error(`${who}: ${await signedIn.text()}`);
    // The console takes the server's time from this header, which the operating system's clock makes.
    await context.route(/\/(?:api|session)\//, async (route) => {
      if (route.request().url().includes("/events")) return await route.continue();
      const response = await route.fetch();
      await route.fulfill({ response, headers: { ...response.headers(), date: new Date(NOW).toUTCString() } });
    });
    const page = await context.newPage();
    await page.clock.setFixedTime(NOW);
    await page.goto(`${site.origin}${path}`);
    await before?.(page, site);
    await page.getByText(shows).filter({ visible: true }).first().waitFor();
    await page.waitForSelector('[aria-label="Loading"]', { state: "detached" });
    await page.screenshot({ path: join(IMAGES, `${name}.png`) });
    await context.close();
    process.stdout.write(`${name}.png\n`);
  }
}
