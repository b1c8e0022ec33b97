import { generateKeyPairSync } from "node:crypto";
import { chmodSync, mkdtempSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { appendEntries, beginLog, signCheckpoint } from "../src/record/change/io/log-store.ts";
import { signingKey, verifyLog } from "../src/record/evidence/index.ts";
import type { SigningKey } from "../src/record/evidence/index.ts";
import type { UntypedEntry } from "../src/model/index.ts";
import { openStore } from "../src/platform/storage/index.ts";
import type { Store } from "../src/platform/storage/index.ts";
import { startPostgres } from "../test/postgres-server.ts";
import { machineDescription } from "./machine.ts";
import { formatSpread, spread } from "./measure.ts";

const ENTRIES = 100_000;
const BATCH = 100;
const SINGLE = 500;
const AT = Date.UTC(2026, 0, 1);

/** An entry about as large as that of a finished sweep: 500 bytes of body. */
function sweepFinished(index: number): UntypedEntry {
  const open = [22, 80, 443].map((port) => `tcp/192.0.2.${index % 250}:${port}`);
  const runs = [{ probedFrom: "2026-01-01T00:00:00.000Z", probedTo: "2026-01-01T00:01:00.000Z", endpoints: 65_535 }];
  const counts = { open: 3, closed: 65_532, filtered: 0, "no-response": 0, unreachable: 0, "not-scanned": 0 };
  const data = { sweep: index, verdict: "complete", planned: 65_535, counts, runs, open, secondLooks: 0 };
  return { type: "sweep-finished", at: AT + index * 60_000, data };
}

async function perSecond(count: number, work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return (count * 1_000) / (performance.now() - began);
}

async function appendInTransactionsOf(store: Store, batch: number, count: number): Promise<void> {
  for (let first = 0; first < count; first += batch) {
    const entries = Array.from({ length: batch }, (_, offset) => sweepFinished(first + offset));
    await store.transaction((tx) => appendEntries(tx, entries));
  }
}

async function measureStore(name: string, store: Store, key: SigningKey, runs: number): Promise<string> {
  await store.transaction((tx) => beginLog(tx, { key, at: AT }));
  const single = await perSecond(SINGLE, () => appendInTransactionsOf(store, 1, SINGLE));
  const batched = await perSecond(ENTRIES, () => appendInTransactionsOf(store, BATCH, ENTRIES));
  await store.transaction((tx) => signCheckpoint(tx, key, AT));
  const verified: number[] = [];
  let peak = 0;
  for (let run = 0; run < runs; run += 1) {
    const sampling = setInterval(() => (peak = Math.max(peak, process.memoryUsage().heapUsed)), 20);
    const before = performance.now();
    const report = await verifyLog(store.db);
    clearInterval(sampling);
    if (!report.ok) throw new Error(`the log does not verify: ${JSON.stringify(report.problems[0])}`);
    verified.push((report.entries * 1_000) / (performance.now() - before));
  }
  const columns = [
    name,
    single.toFixed(0),
    batched.toFixed(0),
    formatSpread(spread(verified), 0),
    (peak / 2 ** 20).toFixed(0),
  ];
  return `| ${columns.join(" | ")} |`;
}

/** Ends the server and waits until it has exited: one that still writes would outlive its directory. */
async function stopped(pid: number): Promise<void> {
  try {
    for (process.kill(pid, "SIGQUIT"); process.kill(pid, 0);) await sleep(50);
  } catch {
    // ESRCH: the process no longer exists.
  }
}

/** Appending to and verifying the evidence log, on the embedded database and on PostgreSQL; prints a table. */
export async function run(runs = 5): Promise<void> {
  const key = signingKey(generateKeyPairSync("ed25519").privateKey);
  if (key === undefined) throw new Error("no Ed25519 key");
  const root = mkdtempSync(join(tmpdir(), "portolan-bench-"));
  chmodSync(root, 0o711);
  const rows: string[] = [];
  try {
    const embedded = await openStore({ home: join(root, "home"), lasting: true });
    rows.push(await measureStore("embedded", embedded, key, runs));
    await embedded.close();
    const server = await startPostgres(root);
    const postgresql = await openStore({ databaseUrl: server.urlOf("postgres"), home: join(root, "home") });
    rows.push(await measureStore("postgresql (fsync off)", postgresql, key, runs));
    await postgresql.close();
    await stopped(Number(readFileSync(join(root, "postgres.pid"), "utf8")));
  } finally {
    await rm(root, { recursive: true, force: true });
  }
  console.log(`Evidence log of ${ENTRIES} entries, ${JSON.stringify(sweepFinished(0)).length} bytes each`);
  for (const line of machineDescription()) console.log(`- ${line}`);
  console.log(`
| store | appended/s, one a transaction | appended/s, ${BATCH} a transaction | verified/s, ${runs} runs | heap at most, MiB |
| --- | ---: | ---: | ---: | ---: |
${rows.join("\n")}`);
}
