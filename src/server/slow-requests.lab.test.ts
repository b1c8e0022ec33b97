// @module-tag long
import { once } from "node:events";
import { connect, type AddressInfo, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { fastify, type FastifyInstance } from "fastify";
import { afterEach, describe, expect, it } from "vitest";
import { fakeOperations } from "../../test/fakes/operations.ts";
import { connectionLimit, limitConnections } from "./connection-limit.ts";
import { createServer } from "./server.ts";
import { refuseSlowBodies } from "./slow-bodies.ts";

const opened: FastifyInstance[] = [];
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of opened.splice(0)) await server.close();
});

async function listening(server: FastifyInstance): Promise<number> {
  opened.push(server);
  await server.listen({ host: "127.0.0.1", port: 0 });
  return (server.server.address() as AddressInfo).port;
}

async function dialled(port: number, from = "127.0.0.1"): Promise<Socket & { text(): string }> {
  const socket = connect({ host: "127.0.0.1", port, localAddress: from });
  sockets.push(socket);
  let text = "";
  socket.on("error", () => undefined).on("data", (data) => (text += data.toString()));
  await once(socket, "connect");
  return Object.assign(socket, { text: () => text });
}

const closed = async (socket: Socket): Promise<void> => {
  if (!socket.closed) await once(socket, "close");
};

describe("a body", () => {
  const patience = { atFirst: 400, bytesASecond: 1_000, afterAnswer: 100, every: 20 };

  async function site(): Promise<number> {
    const server = fastify({ forceCloseConnections: true });
    refuseSlowBodies(server, patience);
    server.addHook("onRequest", async (request, reply) =>
      request.headers.authorization === undefined ? await reply.code(401).send() : undefined,
    );
    server.post("/", (request) => ({ received: (request.body as object[]).length }));
    return await listening(server);
  }
  const head = (length: number, extra = "authorization: x\r\n") =>
    `POST / HTTP/1.1\r\nhost: x\r\n${extra}content-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;

  it("that stalls is answered 408, and its connection is closed", async () => {
    const socket = await dialled(await site());
    socket.write(`${head(100)}[`);
    await closed(socket);
    expect(socket.text()).toContain("408 Request Timeout");
  });

  it("that arrives slowly but steadily is awaited", async () => {
    const socket = await dialled(await site());
    socket.write(head(2_000));
    socket.write("[");
    // Twice the first patience: each piece buys more time than it takes.
    for (let piece = 0; piece < 8; piece += 1) {
      socket.write(" ".repeat(249));
      await sleep(100);
    }
    socket.write(" ".repeat(2_000 - 8 * 249 - 2) + "]");
    await once(socket, "data");
    expect(socket.text()).toContain('{"received":0}');
  });

  it("of a refused request is not awaited", async () => {
    const socket = await dialled(await site());
    socket.write(`${head(100, "")}[`);
    await closed(socket);
    expect(socket.text()).toContain("401 Unauthorized");
    expect(socket.text()).not.toContain("408");
  });
});

describe("connections", () => {
  it("of one address do not take those of others, and none is left over", async () => {
    const server = fastify({ forceCloseConnections: true });
    limitConnections(server.server, { inAll: 5, ofOneAddress: 2 });
    server.get("/", () => "here");
    const port = await listening(server);
    const held = await Promise.all([1, 2].map(() => dialled(port)));
    await closed(await dialled(port));
    await dialled(port, "127.0.0.2");
    expect((await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined))?.status).toBeUndefined();
    for (const socket of held) socket.destroy();
    await expect.poll(async () => (await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined))?.status).toBe(200);
  });

  it("of many addresses end at the limit in all", async () => {
    const server = fastify({ forceCloseConnections: true });
    limitConnections(server.server, { inAll: 3, ofOneAddress: 2 });
    const port = await listening(server);
    for (const last of [2, 3, 4]) await dialled(port, `127.0.0.${last}`);
    await closed(await dialled(port, "127.0.0.5"));
  });

  it("through a trusted proxy count as those of many clients", async () => {
    const server = fastify({ forceCloseConnections: true });
    limitConnections(server.server, { inAll: 9, ofOneAddress: 1 }, (address) => address === "127.0.0.1");
    const port = await listening(server);
    const through = await Promise.all([1, 2, 3].map(() => dialled(port)));
    await dialled(port, "127.0.0.2");
    await closed(await dialled(port, "127.0.0.2"));
    expect(through.map(({ destroyed }) => destroyed)).toEqual([false, false, false]);
  });

  it("have room by the descriptors of the process", () => {
    expect(connectionLimit(600)).toEqual({ inAll: 150, ofOneAddress: 64 });
    expect(connectionLimit(64)).toEqual({ inAll: 16, ofOneAddress: 8 });
  });

  it("that send no request, or half a header, are closed", async () => {
    const { server } = await createServer({
      operations: fakeOperations(),
      token: "t".repeat(43),
      version: "0",
      hosts: [],
      onUnexpected: () => undefined,
    });
    const port = await listening(server);
    const silent = await dialled(port);
    const half = await dialled(port);
    half.write("GET / HTTP/1.1\r\nhost: x\r\n");
    await Promise.all([closed(silent), closed(half)]);
  }, 30_000);
});
