import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { buffer } from "node:stream/consumers";
import { dirname, join } from "node:path";
import { bundleFiles, type App } from "../src/app.ts";
import { launchBrowser } from "../test/browser.ts";
import { megabytes } from "./year/figures.ts";
import { onEachDatabase, type BenchOptions, type BenchPlace } from "./year/places.ts";
import { DAY, simulate, START } from "./year/simulate.ts";
import { machineDescription } from "./machine.ts";

/**
 * The evidence of a simulated history: verified in place, compared with every table, and as a bundle of the whole period, by
 * Node and by Chromium without a network.
 */
export async function run(options: BenchOptions): Promise<void> {
  for (const line of machineDescription()) console.log(`- ${line}`);
  await onEachDatabase((place) => verifyPlace(place, options), options);
}

async function verifyPlace(place: BenchPlace, options: BenchOptions): Promise<void> {
  const { app, until } = await simulate(place, options);
  console.log(`\n## ${place.name}\n\n${((until - START) / DAY).toFixed(0)} days of hourly sweeps.\n`);
  console.log("| | entries | seconds | entries/s |\n| --- | --- | --- | --- |");
  const alone = await timed(() => app.operations.evidence.verify({}));
  print("evidence verify", alone.result.entries, alone.seconds);
  const answers = await timed(() => app.operations.evidence.verify({ answers: true }));
  print("evidence verify --answers", answers.result.entries, answers.seconds);
  if (!alone.result.ok || !answers.result.ok) throw new Error(JSON.stringify(answers.result).slice(0, 2_000));
  const folder = mkdtempSync(join(tmpdir(), "portolan-bundle-"));
  try {
    await verifyBundle(app, until, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await app.close();
  }
}

async function verifyBundle(app: App, until: number, folder: string): Promise<void> {
  const made = await timed(() => writeBundle(app, until, folder));
  const { entries, bytes, files } = made.result;
  const onNode = await timed(() => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, "verify.mjs"), folder], {
      encoding: "utf8",
      maxBuffer: 2 ** 28,
    });
    if (status !== 0) throw new Error(`verify.mjs ended with ${status}: ${stdout}${stderr}`);
  });
  print("node verify.mjs BUNDLE", entries, onNode.seconds);
  const inBrowser = await timed(() => verifyInBrowser(folder));
  print("Chromium, network off", entries, inBrowser.seconds);
  console.log(`\nThe bundle: ${megabytes(bytes)} in ${files} files, written in ${made.seconds.toFixed(1)} s.`);
}

async function writeBundle(app: App, until: number, folder: string) {
  const { content } = await app.operations.evidence.export({ from: START, to: until });
  let [bytes, entries, files] = [0, 0, 0];
  for await (const { path, content: pieces } of bundleFiles(content)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    const written = await buffer(pieces);
    writeFileSync(join(folder, path), written);
    bytes += written.byteLength;
    files += 1;
    if (path === "log/entries.jsonl") for (const byte of written) if (byte === 10) entries += 1;
  }
  return { bytes, entries, files };
}

/** From the choice of the folder to the verdict. */
async function verifyInBrowser(folder: string): Promise<void> {
  const browser = await launchBrowser();
  try {
    const page = await (await browser.newContext({ offline: true })).newPage();
    await page.goto(`file://${join(folder, "index.html")}`);
    await page.setInputFiles("#folder", folder);
    await page.waitForSelector("#verdict:not([hidden])", { timeout: 1_800_000 });
    const headline = await page.textContent("#headline");
    if (headline?.startsWith("Consistent with itself") !== true) throw new Error(`Chromium says: ${headline}`);
  } finally {
    await browser.close();
  }
}

async function timed<T>(work: () => T | Promise<T>): Promise<{ readonly result: T; readonly seconds: number }> {
  const before = performance.now();
  const result = await work();
  return { result, seconds: (performance.now() - before) / 1_000 };
}

function print(what: string, entries: number, seconds: number): void {
  console.log(`| ${what} | ${entries} | ${seconds.toFixed(1)} | ${(entries / seconds).toFixed(0)} |`);
}
