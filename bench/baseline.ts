import { fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { count } from "../src/model/index.ts";
import { startPostgres } from "../test/postgres-server.ts";
import { HOSTS, PORTS_A_HOST, SCOPE } from "./baseline-network.ts";
import { machineDescription } from "./machine.ts";

/** Between two requests of the reader who works while a port baseline is decided. */
const READS_EVERY = 50;

/** What was measured of one request to the server. */
interface Step {
  readonly what: string;
  readonly seconds: number;
  /** The slowest of the other requests meanwhile. */
  readonly slowestRead: number;
  readonly reads: number;
  readonly peakMiB: number;
}

/** A port baseline of 100,000 open ports, from the draft to its approval, while others read; writes docs/benchmarks/baseline.md. */
export async function run(): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), "portolan-bench-"));
  // PostgreSQL refuses to run as root, and its account reads files here.
  await chmod(root, 0o755);
  const lines = [
    "# A port baseline of 100,000 ports",
    "",
    `${count(HOSTS)} addresses with ${PORTS_A_HOST} open ports each, seen by one sweep of a simulated network. One client drafts, checks, submits and`,
    "approves them through the API of one server; another requests the findings and the sweeps in turn, every",
    `${READS_EVERY} ms. Memory is the highest resident size of the server's process, which holds the embedded database too.`,
  ];
  for (const database of ["PostgreSQL", "embedded"] as const) {
    const url = database === "embedded" ? undefined : (await startPostgres(root, { durable: true })).urlOf("postgres");
    const steps = await measured(await mkdtemp(join(root, "home-")), url);
    lines.push("", `## ${database === "embedded" ? "On the embedded database" : database}`, "");
    lines.push("| request | seconds | slowest other answer | other answers | memory, MiB |");
    lines.push("| --- | --: | --: | --: | --: |");
    for (const { what, seconds, slowestRead, reads, peakMiB } of steps) {
      lines.push(
        `| ${what} | ${seconds.toFixed(1)} | ${slowestRead.toFixed(2)} s | ${reads} | ${count(Math.round(peakMiB))} |`,
      );
    }
  }
  lines.push("", "Reproduce: `npm run bench -- baseline`.", "", "Machine:", "");
  lines.push(...machineDescription().map((line) => `- ${line}`));
  await rm(root, { recursive: true, force: true });
  writeFileSync(new URL("../docs/benchmarks/baseline.md", import.meta.url), `${lines.join("\n")}\n`);
  console.log(lines.join("\n"));
}

async function measured(home: string, databaseUrl: string | undefined): Promise<Step[]> {
  await writeFile(join(home, "portolan.yaml"), SCOPE);
  const child = fork(new URL("baseline-server.ts", import.meta.url), [
    home,
    ...(databaseUrl === undefined ? [] : [databaseUrl]),
  ]);
  const [{ url, token }] = (await once(child, "message")) as [{ url: string; token: string }];
  // A connection of its own for each request: a kept one may be closed by a server that was busy for longer than it keeps it.
  const headers = { authorization: `Bearer ${token}`, connection: "close" };
  const send = async (method: string, path: string, body?: object): Promise<Record<string, unknown>> => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as Record<string, unknown>;
    return { status: response.status, ...answer };
  };
  const steps: Step[] = [];
  const step = async (what: string, work: () => Promise<Record<string, unknown>>, expected = 200) => {
    writeFileSync(`/proc/${child.pid}/clear_refs`, "5");
    const reading = reads(
      () => send("GET", "/api/v1/findings?limit=100"),
      () => send("GET", "/api/v1/sweeps"),
    );
    const began = performance.now();
    const answer = await work();
    const seconds = (performance.now() - began) / 1_000;
    if (answer["status"] !== expected) throw new Error(`${what}: ${JSON.stringify(answer).slice(0, 2_000)}`);
    const done: Step = { what, seconds, ...(await reading.end()), peakMiB: highWater(child.pid) };
    steps.push(done);
    console.error(JSON.stringify(done));
    return answer;
  };
  const file = "port-baseline.yaml";
  await step("status", () => send("GET", "/api/v1/status"));
  const propose = (): Promise<Record<string, unknown>> => send("POST", "/api/v1/baseline/proposals");
  const draft = String((await step("draft", propose))["document"]);
  const incomplete = { document: draft, file };
  await step("check, every entry incomplete", () => send("POST", "/api/v1/baseline/checks", incomplete), 409);
  const document = completed(draft, "the shop's own services");
  await step("check", () => send("POST", "/api/v1/baseline/checks", { document, file }));
  const submit = (text: string): Promise<Record<string, unknown>> =>
    send("POST", "/api/v1/baseline/submissions", { document: text, file });
  const submitted = await step("submit", () => submit(document));
  const approve = ({ proposal }: Record<string, unknown>): Promise<Record<string, unknown>> =>
    send("POST", "/api/v1/baseline/approvals", {
      proposal: (proposal as { proposal: string }).proposal,
      approvedBy: "Jane",
    });
  await step("approve", () => approve(submitted));
  await step("draft, with 100,000 in force", propose);
  const next = completed(draft, "the shop's services, reviewed");
  await step("check, with every entry changed", () =>
    send("POST", "/api/v1/baseline/checks", { document: next, file }),
  );
  const changed = await step("submit, with every entry changed", () => submit(next));
  await step("approve, with every entry changed", () => approve(changed));
  child.disconnect();
  await once(child, "exit");
  return steps;
}

/** Requests in turn, one at a time, until the end. */
function reads(...requests: readonly (() => Promise<Record<string, unknown>>)[]) {
  let isOver = false;
  let slowest = 0;
  let done = 0;
  const reading = (async () => {
    while (!isOver) {
      const began = performance.now();
      const answer = await requests[done % requests.length]?.();
      if (answer?.["status"] !== 200) throw new Error(JSON.stringify(answer));
      slowest = Math.max(slowest, (performance.now() - began) / 1_000);
      done += 1;
      await sleep(READS_EVERY);
    }
  })();
  return {
    async end() {
      isOver = true;
      await reading;
      return { slowestRead: slowest, reads: done };
    },
  };
}

/** As an engineer completes a draft. */
function completed(draft: string, justification: string): string {
  return draft.replace(/^( *owner:).*/gm, "$1 team-web").replace(/^( *justification:).*/gm, `$1 ${justification}`);
}

function highWater(pid: number | undefined): number {
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1_024;
}
