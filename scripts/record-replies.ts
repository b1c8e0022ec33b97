import { mkdirSync, writeFileSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { join } from "node:path";
import { inNamespace, startServers } from "../bench/run-servers.ts";
import { identifyEach, type Identification } from "../src/sensing/services/index.ts";

/**
 * Records the replies of real servers to Portolan's requests, for the tests: `node scripts/record-replies.ts [NAME…]`,
 * as root, with the servers of bench/servers.ts installed. Conversations inside TLS cannot be replayed and are left
 * out.
 */
const DIRECTORY = join(import.meta.dirname, "../test/fixtures/identify");
const INSIDE = "--inside";
const LONGEST = 6_000;

interface Exchange {
  sent: string;
  reply: string;
}

/** A relay at 127.0.0.2 in front of the server at 127.0.0.1 that records the traffic. */
function relay(port: number): Promise<{ server: Server; exchanges: Exchange[] }> {
  const exchanges: Exchange[] = [];
  const server = createServer((client) => {
    let current: Exchange = { sent: "", reply: "" };
    exchanges.push(current);
    const upstream = connect({ host: "127.0.0.1", port });
    client.on("data", (chunk: Buffer) => {
      if (current.sent === "" && current.reply === "") current.sent = chunk.toString("base64");
      else exchanges.push((current = { sent: chunk.toString("base64"), reply: "" }));
      upstream.write(chunk);
    });
    upstream.on("data", (chunk: Buffer) => {
      const reply = Buffer.concat([Buffer.from(current.reply, "base64"), chunk]);
      current.reply = reply.subarray(0, LONGEST).toString("base64");
      client.write(chunk);
    });
    client
      .on("end", () => upstream.end())
      .on("error", () => upstream.destroy())
      .on("close", () => upstream.destroy());
    upstream.on("end", () => client.end()).on("error", () => client.destroy());
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.2", () => resolve({ server, exchanges }));
  });
}

async function record(names: readonly string[]): Promise<void> {
  const { servers, stop } = await startServers(names);
  mkdirSync(DIRECTORY, { recursive: true });
  try {
    for (const { name, port, package: from, truth } of servers) {
      const between = await relay(port).catch(() => undefined);
      if (between === undefined) {
        process.stderr.write(`${name} listens on every address: not recorded\n`);
        continue;
      }
      const results: Identification[] = [];
      const began = performance.now();
      await identifyEach([{ address: "127.0.0.2", transport: "tcp", port }], {
        pacer: { take: () => 0 },
        concurrency: 1,
        perHost: 1,
        onResult: (_, result) => void results.push(result),
      });
      between.server.close();
      const [result] = results;
      process.stderr.write(`${name}: ${(performance.now() - began).toFixed(0)} ms\n`);
      if (result?.kind !== "identified" || result.identity.tls !== undefined) continue;
      const { evidence: _, ...identity } = result.identity;
      const exchanges = between.exchanges.filter(({ reply }) => reply !== "");
      const file = join(
        DIRECTORY,
        `${name
          .toLowerCase()
          .replaceAll(/[^a-z0-9]+/g, "-")
          .replace(/-$/, "")}.json`,
      );
      writeFileSync(
        file,
        `${JSON.stringify({ server: `${from} ${truth}`, port, identity, exchanges }, undefined, 1)}\n`,
      );
    }
  } finally {
    stop();
  }
}

const [mode, ...names] = process.argv.slice(2);
if (mode === INSIDE) await record(names);
else inNamespace(import.meta.filename, [INSIDE, ...(mode === undefined ? [] : [mode]), ...names]);
