import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { createEgress } from "./egress.ts";

const running: Server[] = [];

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer);
  running.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return String((server.address() as AddressInfo).port);
}

afterEach(() => {
  for (const server of running.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

describe("the egress guard", () => {
  it("calls a public name, and one that is configured", async () => {
    const port = await serve((request, response) => response.end(`${request.method} ${request.headers.host ?? ""}`));
    const egress = createEgress({ allow: ["127.0.0.0/8"] });
    const reply = await egress.fetch(`http://127.0.0.1:${port}/x`, { method: "POST", body: "hello" });
    expect(reply).toMatchObject({ outcome: "answered", status: 200 });
    expect(reply.outcome === "answered" && Buffer.from(reply.body).toString()).toBe(`POST 127.0.0.1:${port}`);
  });

  it.each(["127.0.0.1", "2130706433", "0x7f000001", "127.1", "[::1]", "[::ffff:127.0.0.1]", "localhost"])(
    "sends nothing to %s",
    async (host) => {
      let calls = 0;
      const port = await serve((_request, response) => {
        calls += 1;
        response.end();
      });
      const reply = await createEgress({ allow: [] }).fetch(`http://${host}:${port}/`, { method: "GET" });
      expect(reply.outcome).toBe("refused");
      expect(calls).toBe(0);
    },
  );

  it("connects to the address it judged, though the name has another one at the next question", async () => {
    let calls = 0;
    const port = await serve((_request, response) => {
      calls += 1;
      response.end();
    });
    let questions = 0;
    const egress = createEgress({
      allow: ["127.0.0.1"],
      resolve: () => Promise.resolve([{ address: questions++ === 0 ? "127.0.0.1" : "127.0.0.2", family: 4 }]),
    });
    expect(await egress.fetch(`http://rebinding.example:${port}/`, { method: "GET" })).toMatchObject({ status: 200 });
    expect([calls, questions]).toEqual([1, 1]);
    expect(await egress.fetch(`http://rebinding.example:${port}/`, { method: "GET" })).toMatchObject({
      outcome: "refused",
    });
    expect(calls).toBe(1);
  });

  it("follows no redirect", async () => {
    const port = await serve((_request, response) => {
      response.writeHead(302, { location: "http://169.254.169.254/" }).end();
    });
    const reply = await createEgress({ allow: ["127.0.0.1"] }).fetch(`http://127.0.0.1:${port}/`, { method: "GET" });
    expect(reply).toMatchObject({
      outcome: "answered",
      status: 302,
      headers: { location: "http://169.254.169.254/" },
    });
  });

  it("stops reading an answer that is too long", async () => {
    const port = await serve((_request, response) => response.end("x".repeat(10_000)));
    const reply = await createEgress({ allow: ["127.0.0.1"] }).fetch(`http://127.0.0.1:${port}/`, {
      method: "GET",
      maxBytes: 1_000,
    });
    expect(reply).toEqual({ outcome: "failed", problem: "its answer is longer than 1000 bytes" });
  });

  it("stops waiting, also in the middle of an answer", async () => {
    const port = await serve((_request, response) => {
      response.writeHead(200).write("half");
    });
    const reply = await createEgress({ allow: ["127.0.0.1"] }).fetch(`http://127.0.0.1:${port}/`, {
      method: "GET",
      timeout: 100,
    });
    expect(reply).toEqual({ outcome: "failed", problem: "no whole answer within 0.1 s" });
  });

  it("says that nobody answers", async () => {
    const port = await serve((_request, response) => response.end());
    for (const server of running.splice(0)) {
      server.close();
      await once(server, "close");
    }
    const reply = await createEgress({ allow: ["127.0.0.1"] }).fetch(`http://127.0.0.1:${port}/`, { method: "GET" });
    expect(reply).toMatchObject({ outcome: "failed", problem: expect.stringContaining("ECONNREFUSED") });
  });

  it("refuses what is neither http nor https", async () => {
    const egress = createEgress({ allow: ["localhost"] });
    for (const url of ["file:///etc/passwd", "not a url", "ftp://localhost/"])
      expect(await egress.fetch(url, { method: "GET" })).toMatchObject({ outcome: "refused" });
  });
});
