import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createApp } from "../src/app.ts";
import { readToken, startServer } from "../src/server/index.ts";
import { openStore } from "../src/platform/storage/index.ts";
import { machineDescription } from "./machine.ts";

const FINDINGS = 100_000;
const STREAMS = 1_000;
const SCOPE = `version: 1
name: bench
systemTypes:
  server: { cadence: 1h, ports: "61001" }
targets:
  - { name: dmz, addresses: [127.0.0.1], systemType: server }
`;

/** Pages of many findings at any depth of the cursor, and many event streams at once; writes docs/benchmarks/api.md. */
export async function run(): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), "portolan-bench-"));
  await writeFile(join(home, "portolan.yaml"), SCOPE);
  await insertFindings(home);
  const app = await createApp({ directory: home, home, identify: false });
  await app.operations.status.get();
  const server = await startServer({
    operations: app.operations,
    home,
    version: "1",
    port: 0,
    clock: { now: () => Date.now() },
    onUnexpected: (error) => console.error(error),
  });
  const token = (await readToken(home)) ?? "";
  const lines = ["# The API under load", "", ...machineDescription().map((line) => `- ${line}`), ""];
  lines.push(
    `${FINDINGS} findings in the embedded database; milliseconds from request to whole answer, over loopback.`,
    "",
  );
  lines.push("| list | pages | median | p99 | worst |", "| --- | --: | --: | --: | --: |");
  for (const query of [
    "limit=100",
    "limit=1000",
    "limit=100&status=new",
    "limit=100&asset=asset-7",
    "limit=100&kind=coverage-gap&openedSince=2026-01-01T00:00:00Z",
  ]) {
    const times = await walk(server.url, token, query);
    const at = (share: number): string =>
      (times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0).toFixed(1);
    lines.push(`| ${query} | ${times.length} | ${at(0.5)} | ${at(0.99)} | ${at(1)} |`);
  }
  lines.push(
    "",
    ...(await streams(
      server.url,
      token,
      () => app.operations.evidence.checkpoint(),
      (event) => server.tell(event),
    )),
  );
  await server.stop();
  await app.close();
  await rm(home, { recursive: true, force: true });
  await writeFile(new URL("../docs/benchmarks/api.md", import.meta.url), `${lines.join("\n")}\n`);
  console.log(lines.join("\n"));
}

async function insertFindings(home: string): Promise<void> {
  const store = await openStore({ home });
  await store.executeSql("INSERT INTO vantage_point (name) VALUES ('inside')");
  await store.executeSql(`
    INSERT INTO finding (fingerprint, kind, vantage_id, subject, summary, status, opened_at, last_seen_at, resolved_at)
    SELECT 'f' || n, CASE n % 5 WHEN 0 THEN 'coverage-gap' ELSE 'unauthorized-open' END,
      (SELECT id FROM vantage_point LIMIT 1),
      jsonb_build_object('asset', 'asset-' || n % 500, 'address', '10.0.0.1') ||
        CASE n % 5 WHEN 0 THEN '{}' ELSE jsonb_build_object('transport', 'tcp', 'port', n % 65535 + 1) END,
      'tcp port is open, and no authorized port allows it', CASE n % 3 WHEN 0 THEN 'new' ELSE 'resolved' END,
      timestamptz '2025-06-01' + n * interval '5 minutes', timestamptz '2025-06-01' + n * interval '5 minutes',
      CASE n % 3 WHEN 0 THEN NULL ELSE timestamptz '2026-06-01' END
    FROM generate_series(1, ${FINDINGS}) n`);
  await store.executeSql("ANALYZE finding");
  await store.close();
}

/** The time of every page from the first to the last, sorted. */
async function walk(url: string, token: string, query: string): Promise<number[]> {
  const times: number[] = [];
  let after = "";
  do {
    const began = performance.now();
    const response = await fetch(`${url}/api/v1/findings?${query}${after}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const page = (await response.json()) as { next?: string };
    times.push(performance.now() - began);
    after = page.next === undefined ? "" : `&after=${page.next}`;
  } while (after !== "");
  return times.sort((a, b) => a - b);
}

type Tell = Awaited<ReturnType<typeof startServer>>["tell"];

/**
 * Opens the streams, sends one event after another, and counts how many readers received each. The readers are in this
 * process, too.
 */
async function streams(url: string, token: string, work: () => Promise<unknown>, tell: Tell): Promise<string[]> {
  const before = process.memoryUsage().rss;
  const agent = new Agent({ maxSockets: Infinity });
  let heard = 0;
  const closing: (() => void)[] = [];
  await Promise.all(
    Array.from(
      { length: STREAMS },
      () =>
        new Promise<void>((resolve, reject) => {
          const outgoing = request(
            `${url}/api/v1/events`,
            { agent, headers: { authorization: `Bearer ${token}` } },
            (incoming) => {
              incoming.on("data", (chunk: Buffer) => {
                if (chunk.includes("event: listener-appeared")) heard += 1;
                resolve();
              });
              incoming.on("error", () => undefined);
            },
          );
          outgoing.once("error", reject);
          outgoing.end();
          closing.push(() => outgoing.destroy());
        }),
    ),
  );
  const after = process.memoryUsage().rss;
  const waits: number[] = [];
  for (let round = 1; round <= 20; round += 1) {
    const began = performance.now();
    tell({ kind: "listener-appeared", listener: { transport: "tcp", address: "0.0.0.0", port: round } });
    while (heard < round * STREAMS && performance.now() - began < 10_000)
      await new Promise((turn) => setImmediate(turn));
    waits.push(performance.now() - began);
    await work();
  }
  waits.sort((a, b) => a - b);
  for (const close of closing) close();
  agent.destroy();
  return [
    `${STREAMS} event streams at once: ${heard} of ${20 * STREAMS} events arrived; from the event to the last reader ${(waits[10] ?? 0).toFixed(0)} ms in the median, ${(waits.at(-1) ?? 0).toFixed(0)} ms at worst.`,
    `Resident memory grew by ${((after - before) / 2 ** 20).toFixed(0)} MiB, both ends of every stream in one process; in all ${(after / 2 ** 20).toFixed(0)} MiB, the embedded database included.`,
  ];
}
