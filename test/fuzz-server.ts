import { writeFile } from "node:fs/promises";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { createApp } from "../src/app.ts";
import { openApiDocument } from "../src/server/openapi.ts";
import { readToken, startServer } from "../src/server/index.ts";
import { createFuzz, LONG, seeded, type FuzzRequest } from "./fuzz-requests.ts";
import { createAnswerCheck, operationsOf } from "./openapi-document.ts";

/** Two ports of this machine without a listener: a sweep that a request starts is over at once. */
const SCOPE = `version: 1
name: fuzz
systemTypes:
  server: { cadence: 1h, ports: "61001-61002" }
targets:
  - { name: dmz, addresses: [127.0.0.1], systemType: server }
`;
/** A request that takes this many milliseconds counts as unanswered. */
const PATIENCE = 60_000;
const AT_ONCE = 8;

export interface FuzzReport {
  readonly requests: number;
  readonly statuses: Readonly<Record<string, number>>;
  /** Answers that should not occur, and unexpected errors. */
  readonly problems: readonly string[];
  /** In milliseconds, without backups, sweeps and verification; and the slowest operation. */
  readonly p99: number;
  readonly slowest: { readonly milliseconds: number; readonly id: string };
}

/** Sends this many requests to a real server on a real store: the place's, which has no row yet. */
export async function fuzzServer(
  place: { readonly home: string; readonly databaseUrl?: string | undefined },
  count: number,
  seed: number,
): Promise<FuzzReport> {
  const { home } = place;
  await writeFile(join(home, "portolan.yaml"), SCOPE);
  const problems: string[] = [];
  const app = await createApp({ directory: home, ...place, identify: false });
  await app.operations.status.get();
  const server = await startServer({
    operations: app.operations,
    identity: await app.identity(),
    sensors: app.sensors,
    home,
    version: "1",
    port: 0,
    clock: { now: () => Date.now() },
    onUnexpected: (error) =>
      problems.push(`unexpected: ${error instanceof Error ? String(error.stack) : String(error)}`),
  });
  const token = (await readToken(home)) ?? "";
  const document = await openApiDocument("1");
  const operations = operationsOf(document);
  const checkAnswer = createAnswerCheck(document);
  const next = createFuzz(operations, seeded(seed));
  const statuses: Record<string, number> = {};
  const times: { milliseconds: number; id: string }[] = [];
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE * 2 });
  let left = count;
  const work = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const asked = next();
      const began = performance.now();
      const answer = await send(server.url, token, agent, asked);
      const { id } = asked.operation;
      if (!LONG.has(id)) times.push({ milliseconds: performance.now() - began, id });
      statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
      const wrong = asked.method === asked.operation.method ? checkAnswer(asked.operation, answer) : "";
      const broken =
        answer.status >= 500 || answer.status === 0 || /node_modules|\.ts:\d|"code":"internal"/.test(answer.body);
      // If a parameter turns the path into another one, the answer is that of the other path, or "not found".
      if (broken || (wrong !== "" && answer.status !== 404)) {
        problems.push(
          `${id} ${asked.method} ${asked.url.slice(0, 200)} ${asked.body?.slice(0, 200) ?? ""}: ${answer.status} ${wrong} ${answer.body.slice(0, 300)}`,
        );
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  agent.destroy();
  await server.stop();
  await app.close();
  times.sort((a, b) => a.milliseconds - b.milliseconds);
  return {
    requests: count,
    statuses,
    problems,
    p99: times[Math.floor(times.length * 0.99)]?.milliseconds ?? 0,
    slowest: times.at(-1) ?? { milliseconds: 0, id: "" },
  };
}

function send(
  url: string,
  token: string,
  agent: Agent,
  asked: FuzzRequest,
): Promise<{ status: number; type: string; body: string }> {
  return new Promise((resolve) => {
    const failed = (error: Error): void => resolve({ status: 0, type: "", body: error.message });
    const { method, headers, body } = asked;
    const { hostname, port } = new URL(url);
    const all = { ...headers, authorization: `Bearer ${token}` };
    const outgoing = request(
      { hostname, port, path: asked.url, agent, method, headers: all, timeout: PATIENCE },
      (incoming) => {
        const type = String(incoming.headers["content-type"] ?? "");
        const chunks: Buffer[] = [];
        const done = (): void =>
          resolve({ status: incoming.statusCode ?? 0, type, body: Buffer.concat(chunks).toString() });
        incoming.on("data", (chunk: Buffer) => {
          if (type !== "application/gzip") chunks.push(chunk);
        });
        incoming.on("close", done);
        // An event stream has no end: its beginning is the answer.
        if (type === "text/event-stream") incoming.destroy();
      },
    );
    outgoing.once("timeout", () => outgoing.destroy(new Error("no answer in time")));
    outgoing.once("error", failed);
    outgoing.end(body?.toWellFormed());
  });
}
