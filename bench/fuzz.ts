import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fuzzServer } from "../test/fuzz-server.ts";

/** Sends this many thousand requests, generated from the API document, to a real server on an embedded database. */
export async function run(runs = 10): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), "portolan-bench-fuzz-"));
  process.once("exit", () => rmSync(home, { recursive: true, force: true }));
  const began = performance.now();
  const report = await fuzzServer({ home }, runs * 1_000, 1);
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  const { p99, slowest } = report;
  console.log(`${report.requests} requests in ${seconds} s; by status ${JSON.stringify(report.statuses)}`);
  console.log(
    `p99 ${p99.toFixed(0)} ms, slowest ${slowest.milliseconds.toFixed(0)} ms (${slowest.id}), backups, sweeps and verification left out`,
  );
  console.log(`${report.problems.length} problems`);
  for (const problem of report.problems.slice(0, 20)) console.log(problem);
}
