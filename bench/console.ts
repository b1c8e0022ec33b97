import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { CDPSession, Page } from "playwright-core";
import type { ExposureMapResult } from "../src/contract/index.ts";
import { launchBrowser } from "../test/browser.ts";
import { companyMap, companyYear } from "./console/company.ts";
import {
  COUNT_SCRIPTS,
  moveTimes,
  RIVAL_PAGE,
  RIVAL_SCRIPT,
  RIVAL_STYLE,
  scrollFrames,
  type Frames,
} from "./console/pages.ts";
import { BROTLI_QUALITY } from "../src/server/compress.ts";
import { ACCOUNT, serveConsole } from "./console/site.ts";
import { machineDescription } from "./machine.ts";

const HOSTS = 10_000;
const PORTS = 500;
const OPEN = 75_000;
const STEPS = 300;
const MOVES = 150;
const MIB = 1_048_576;

/**
 * The exposure map of 10,000 addresses by 500 ports and the time machine of a year, in headless Chromium, beside the same
 * matrix of pooled elements. `runs`: minutes of use before memory is read. Needs `npm run build`.
 */
export async function run(runs = 1): Promise<void> {
  const map = companyMap(HOSTS, PORTS, OPEN, 0.7);
  const random = companyMap(HOSTS, PORTS, OPEN, 0);
  const both = companyMap(HOSTS, PORTS, OPEN, 0.7, 2);
  const year = companyYear(1_000, 120, 24);
  print("# The console", "");
  for (const line of machineDescription()) print(`- ${line}`);
  print("", `Headless Chromium, software rendering, 1440 by 900: compare ratios. Milliseconds.`, "");
  sayBytes([
    [`map, ${count(openIn(map))} open cells, most as their system type`, map],
    [`map, ${count(openIn(random))} open cells at random places`, random],
    [`the first one from two vantage points`, both],
    [`year of 1,000 addresses by 120 ports, ${count(year.changes.code.length)} changes`, year],
  ]);

  const site = await serveConsole(
    { "/session/account": ACCOUNT, "/api/v1/exposure/map": map, "/api/v1/exposure/intervals": year },
    {
      "/rival": { type: "text/html", text: RIVAL_PAGE },
      "/rival.css": { type: "text/css", text: RIVAL_STYLE },
      "/rival.js": { type: "text/javascript", text: RIVAL_SCRIPT },
    },
  );
  const browser = await launchBrowser();
  try {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    await context.addInitScript(COUNT_SCRIPTS);
    const page = await context.newPage();
    await page.goto(`${site.origin}/map`);
    await page.getByRole("heading", { name: "In figures" }).waitFor();
    const canvas = await scrollFrames(page, "[data-matrix]", STEPS);
    const rival = await context.newPage();
    await rival.goto(`${site.origin}/rival`);
    const pooled = await scrollFrames(rival, "#box", STEPS);
    await rival.close();
    sayFrames(canvas, pooled);

    await page.goto(`${site.origin}/time`);
    await page.getByRole("heading", { name: "In figures" }).waitFor();
    const session = await context.newCDPSession(page);
    const before = await heapOf(session);
    const moves = await moveTimes(page, MOVES);
    print(
      "",
      "| time machine, from a move to the frame that shows it | p50 | p95 | worst |",
      "| --- | ---: | ---: | ---: |",
    );
    print(`| ${MOVES} moves over a year | ${at(moves, 0.5)} | ${at(moves, 0.95)} | ${at(moves, 1)} |`);
    const used = await useFor(page, runs * 60_000);
    print(
      "",
      `Memory of the page (JavaScript heap after collection): ${(before / MIB).toFixed(0)} MiB at first, ${((await heapOf(session)) / MIB).toFixed(0)} MiB after ${runs} min of use, ${count(used)} moves.`,
    );
  } finally {
    await browser.close();
    site.close();
  }
}

function sayBytes(rows: readonly (readonly [string, object])[]): void {
  print("| answer | JSON kB | gzip kB | as sent (brotli) kB |", "| --- | ---: | ---: | ---: |");
  for (const [name, answer] of rows) {
    const text = JSON.stringify(answer);
    const sent = brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } });
    print(`| ${name} | ${kilo(text.length)} | ${kilo(gzipSync(text).byteLength)} | ${kilo(sent.byteLength)} |`);
  }
}

function sayFrames(canvas: Frames, pooled: Frames): void {
  print(
    "",
    `| ${STEPS} steps of diagonal scrolling | script p50 | script p95 | frame p50 | frame p95 | elements |`,
    "| --- | ---: | ---: | ---: | ---: | ---: |",
  );
  for (const [name, { scripts, frames, elements }] of [
    ["one canvas", canvas],
    ["pooled elements", pooled],
  ] as const)
    print(
      `| ${name} | ${at(scripts, 0.5)} | ${at(scripts, 0.95)} | ${at(frames, 0.5)} | ${at(frames, 0.95)} | ${count(elements)} |`,
    );
  const ratio = (of: "scripts" | "frames", share: number): string =>
    (quantile(pooled[of], share) / quantile(canvas[of], share)).toFixed(1);
  print(
    `| pooled / canvas | ${ratio("scripts", 0.5)} | ${ratio("scripts", 0.95)} | ${ratio("frames", 0.5)} | ${ratio("frames", 0.95)} | |`,
  );
}

/** Moves the slider until the time is over; returns how often. */
async function useFor(page: Page, milliseconds: number): Promise<number> {
  const until = Date.now() + milliseconds;
  let moves = 0;
  while (Date.now() < until) moves += (await moveTimes(page, 50)).length;
  return moves;
}

async function heapOf(session: CDPSession): Promise<number> {
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  return usedSize;
}

function openIn({ patterns, cells }: ExposureMapResult): number {
  const open = patterns.map((pattern) =>
    [...pattern.matchAll(/[anewp](\d*)/g)].reduce((sum, [, times]) => sum + Number(times === "" ? 1 : times), 0),
  );
  return cells[0]?.reduce((sum, pattern) => sum + (open[pattern] ?? 0), 0) ?? 0;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

function at(values: readonly number[], share: number): string {
  return quantile(values, share).toFixed(1);
}

function kilo(bytes: number): string {
  return (bytes / 1_000).toFixed(1);
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}

function print(...lines: readonly string[]): void {
  process.stdout.write(`${lines.join("\n")}\n`);
}
