import { randomBytes } from "node:crypto";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { GREETINGS, HELLOS } from "../protocols/index.ts";
import { shippedFingerprints } from "./fingerprint-files.ts";
import { identify, type Identification } from "./identify.ts";
import { identifyEach } from "./identify-each.ts";

/** Where nobody else connects: other tests sweep all of 127.0.0.1. Only Linux has more than that one. */
const HERE = process.platform === "linux" ? "127.0.0.83" : "127.0.0.1";
const BUDGET = 900;
const WAITS = { greeting: 150, quiet: 60, likely: 150, guess: 60 };
const servers: Server[] = [];
const sockets = new Set<Socket>();

afterEach(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

/** A peer on a free port of loopback that does `act` to each connection. */
function peer(act: (socket: Socket) => void): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
      act(socket);
    });
    servers.push(server);
    server.listen(0, HERE, () => resolve((server.address() as AddressInfo).port));
  });
}

const ask = (port: number, signal?: AbortSignal): Promise<Identification> =>
  identify(
    { address: HERE, transport: "tcp", port },
    { fingerprints: shippedFingerprints(), random: randomBytes, turn: () => Promise.resolve() },
    { budget: BUDGET, connectTimeout: 200, waits: WAITS, signal },
  );

/** The most that is kept of any peer. */
function expectBounded(identification: Identification): void {
  const text = JSON.stringify(identification);
  expect(text.length).toBeLessThan(2_500);
  expect(text).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202e]/);
}

function writeForever(socket: Socket, chunk: Buffer): void {
  const more = (): void => {
    while (!socket.destroyed && socket.write(chunk));
    if (!socket.destroyed) socket.once("drain", more);
  };
  more();
}

describe("a hostile peer", () => {
  it("that never stops greeting is cut off, and costs no more than a reply's bound", async () => {
    let sent = 0;
    const port = await peer((socket) => {
      const counted = Buffer.from("220 ".padEnd(4_096, "A"));
      writeForever(socket, counted);
      socket.on("close", () => void (sent += socket.bytesWritten));
    });
    const before = process.memoryUsage().arrayBuffers;
    const identification = await ask(port);
    expectBounded(identification);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 1_048_576);
    expect(sent).toBeLessThan(64 * 1_048_576);
  });

  it("that drips a byte at a time ends with the budget", async () => {
    const port = await peer((socket) => {
      const drip = setInterval(() => void socket.write("S"), 5);
      socket.on("close", () => clearInterval(drip));
    });
    expectBounded(await ask(port));
  });

  it("that says nothing at all is silent, and unidentified", async () => {
    const port = await peer(() => undefined);
    expect(await ask(port)).toEqual({ kind: "unidentified", why: "silent", evidence: "" });
  });

  it("that closes at once is unidentified", async () => {
    const port = await peer((socket) => socket.end());
    expect(await ask(port)).toMatchObject({ kind: "unidentified" });
  });

  it("with a gzip bomb is HTTP, and nothing is inflated", async () => {
    const bomb = gzipSync(Buffer.alloc(50 * 1_048_576));
    const port = await peer((socket) => {
      socket.once("data", () => {
        socket.write(
          `HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nContent-Encoding: gzip\r\nContent-Length: ${bomb.length}\r\n\r\n`,
        );
        socket.end(bomb);
      });
    });
    const before = process.memoryUsage().arrayBuffers;
    const identification = await ask(port);
    expect(identification).toMatchObject({ kind: "identified", identity: { service: "http", product: "nginx" } });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 1_048_576);
    expectBounded(identification);
  });

  it("with terminal escapes in its name is stored and shown without them", async () => {
    const port = await peer((socket) => socket.end("SSH-2.0-OpenSSH_9.2\x1b]0;owned\x07\x1b[2J\u202e\r\n"));
    const identification = await ask(port);
    expect(identification).toMatchObject({ identity: { service: "ssh", product: "OpenSSH", version: "9.2" } });
    expectBounded(identification);
    const bad = await peer((socket) =>
      socket.once("data", () =>
        socket.end(
          `HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"tagline":"You Know, for Search","version":{"number":"1\\u001b[31m"}}`,
        ),
      ),
    );
    expectBounded(await ask(bad));
  });

  it.each([
    ["half a ServerHello", Buffer.from("16030300400200003c0303", "hex")],
    ["a ServerHello, then noise", Buffer.concat([serverHello(), randomBytes(4_096)])],
    ["alerts without end", Buffer.concat(Array.from({ length: 2_000 }, () => Buffer.from("15030300020228", "hex")))],
  ])("with broken TLS (%s) ends", async (_, reply) => {
    const port = await peer((socket) => socket.once("data", () => socket.write(reply)));
    expectBounded(await ask(port));
  });

  it("that answers each protocol with a megabyte of noise stays bounded", async () => {
    const noise = randomBytes(1_048_576);
    const port = await peer((socket) => {
      socket.on("data", () => void socket.write(noise));
    });
    expectBounded(await ask(port));
  });

  it("that begins like each protocol and continues with a megabyte of noise stays bounded", async () => {
    const noise = randomBytes(1_048_576);
    const heads = [
      "SSH-2.0-",
      "220 a\r\n",
      "* OK ",
      "HTTP/1.1 200 OK\r\n",
      "RFB 003.008\n",
      "\xff\xfd\x18",
      "+PONG\r\n",
      "R\0\0\0\x08\0\0\0\0",
      "AMQP",
      "\x20\x02\0\0",
    ];
    const results: Identification[] = [];
    const ports = await Promise.all(
      heads.map((head) =>
        peer((socket) =>
          socket.on("data", () => void socket.write(Buffer.concat([Buffer.from(head, "latin1"), noise]))),
        ),
      ),
    );
    await identifyEach(
      ports.map((port) => ({ address: HERE, transport: "tcp" as const, port })),
      {
        pacer: { take: () => 0 },
        concurrency: 4,
        perHost: 4,
        options: { budget: BUDGET, connectTimeout: 200, waits: WAITS },
        onResult: (_, result) => void results.push(result),
      },
    );
    expect(results).toHaveLength(heads.length);
    for (const result of results) expectBounded(result);
  });

  it("is let go of when the sweep is stopped", async () => {
    const stop = new AbortController();
    const port = await peer(() => stop.abort());
    expect(await ask(port, stop.signal)).toMatchObject({ kind: "unidentified", why: "interrupted" });
  });
});

describe("identifying several", () => {
  it("consults the pacer before every connection, and limits the connections per host", async () => {
    let [taken, done, most] = [0, 0, 0];
    // By peer, not by the socket's port: one that was closed before it was accepted has none.
    const begun = new Set<number>();
    const act = (which: number) => (): void => {
      begun.add(which);
      most = Math.max(most, begun.size - done);
    };
    const ports = [await peer(act(1)), await peer(act(2)), await peer(act(3)), await peer(act(4))];
    await identifyEach(
      ports.map((port) => ({ address: HERE, transport: "tcp" as const, port })),
      {
        pacer: { take: () => ((taken += 1) % 2 === 0 ? 0 : 1) },
        concurrency: 8,
        perHost: 2,
        options: { budget: 250, connectTimeout: 200, waits: WAITS },
        onResult: () => void (done += 1),
      },
    );
    expect(done).toBe(4);
    expect(most).toBeLessThanOrEqual(2);
    expect(taken).toBeGreaterThanOrEqual(8);
  });
});

describe("the protocols", () => {
  it("have names and ports that a port can be looked up by", () => {
    const names = [...GREETINGS, ...HELLOS].map(({ name }) => name);
    expect(names.filter((name, at) => names.indexOf(name) !== at && name !== "irc")).toEqual([]);
  });
});

function serverHello(): Buffer {
  const body = Buffer.concat([Buffer.from("0303", "hex"), Buffer.alloc(32), Buffer.from("00c02f00", "hex")]);
  const message = Buffer.concat([Buffer.from([2, 0, 0, body.length]), body]);
  return Buffer.concat([Buffer.from([22, 3, 3, 0, message.length]), message]);
}
