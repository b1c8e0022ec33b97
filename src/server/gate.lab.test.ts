import { request } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FastifyInstance } from "fastify";
import { endlessSweep, fakeOperations } from "../../test/fakes/operations.ts";
import { routesOf, type Route } from "../../test/routes.ts";
import { createServer } from "./server.ts";

const TOKEN = "t".repeat(43);

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

let server: FastifyInstance;
let port: number;
let routes: Route[];
/** The routes that need a principal. */
let closed: Route[];

beforeAll(async () => {
  ({ server } = await createServer({
    operations: fakeOperations(),
    token: TOKEN,
    version: "0.0.0",
    hosts: ["portolan.internal"],
    onUnexpected: () => undefined,
  }));
  await server.listen({ host: "127.0.0.1", port: 0 });
  const address = server.server.address();
  port = typeof address === "object" && address !== null ? address.port : 0;
  routes = routesOf(server);
  closed = routes.filter(({ path }) => path !== "/healthz" && path !== "/readyz");
});
afterAll(() => server.close());

function send(method: string, path: string, headers: Record<string, string> = {}, body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: "127.0.0.1", port, method, path, headers }, (incoming) => {
      let text = "";
      incoming.setEncoding("utf8");
      incoming.on("data", (chunk: string) => (text += chunk));
      // A stream of events does not end; its beginning is enough.
      if (incoming.headers["content-type"] === "text/event-stream") incoming.destroy();
      incoming.on("close", () =>
        resolve({ status: incoming.statusCode ?? 0, type: String(incoming.headers["content-type"]), body: text }),
      );
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

const right = { authorization: `Bearer ${TOKEN}` };

describe("every route", () => {
  it("is in the list that the other tests use", () => {
    const api = routes.map(({ method, path }) => `${method} ${path}`).sort();
    expect(api).toEqual([
      "DELETE /api/v1/sweeps/:id",
      "GET /api/v1/at",
      "GET /api/v1/backup",
      "GET /api/v1/baseline",
      "GET /api/v1/baseline/assets/:asset",
      "GET /api/v1/baseline/proposals",
      "GET /api/v1/baseline/proposals/:proposal",
      "GET /api/v1/baseline/versions",
      "GET /api/v1/boundary",
      "GET /api/v1/clock",
      "GET /api/v1/configuration",
      "GET /api/v1/continuity",
      "GET /api/v1/diff",
      "GET /api/v1/doctor",
      "GET /api/v1/endpoint-history",
      "GET /api/v1/events",
      "GET /api/v1/evidence/checkpoints",
      "GET /api/v1/evidence/consistency",
      "GET /api/v1/evidence/entries",
      "GET /api/v1/evidence/entries/:index",
      "GET /api/v1/evidence/export",
      "GET /api/v1/evidence/state-proof",
      "GET /api/v1/evidence/verify",
      "GET /api/v1/exposure",
      "GET /api/v1/exposure/intervals",
      "GET /api/v1/exposure/map",
      "GET /api/v1/findings",
      "GET /api/v1/findings/:id",
      "GET /api/v1/findings/export",
      "GET /api/v1/gap",
      "GET /api/v1/gaps",
      "GET /api/v1/openapi.json",
      "GET /api/v1/retention",
      "GET /api/v1/retention/holds",
      "GET /api/v1/sample",
      "GET /api/v1/scope",
      "GET /api/v1/scope/resolved",
      "GET /api/v1/scope/versions",
      "GET /api/v1/scope/versions/:version",
      "GET /api/v1/sensors",
      "GET /api/v1/status",
      "GET /api/v1/sweeps",
      "GET /api/v1/sweeps/:id",
      "GET /healthz",
      "GET /metrics",
      "GET /readyz",
      "POST /api/v1/baseline/approvals",
      "POST /api/v1/baseline/checks",
      "POST /api/v1/baseline/proposals",
      "POST /api/v1/baseline/submissions",
      "POST /api/v1/boundary/retirements",
      "POST /api/v1/boundary/sources",
      "POST /api/v1/boundary/transfers",
      "POST /api/v1/clock/accept",
      "POST /api/v1/evidence/against",
      "POST /api/v1/evidence/checkpoints",
      "POST /api/v1/evidence/keys",
      "POST /api/v1/gaps/explanations",
      "POST /api/v1/gaps/sign-offs",
      "POST /api/v1/imports",
      "POST /api/v1/retention",
      "POST /api/v1/retention/holds",
      "POST /api/v1/retention/holds/:hold/lift",
      "POST /api/v1/retention/prune",
      "POST /api/v1/scope/check",
      "POST /api/v1/sensor/enrolments",
      "POST /api/v1/sensor/reports",
      "POST /api/v1/sensors/:name/revocation",
      "POST /api/v1/sensors/invitations",
      "POST /api/v1/sweeps",
      "PUT /api/v1/scope",
    ]);
  });

  it.each([
    ["no token", {}],
    ["a wrong token", { authorization: `Bearer ${"x".repeat(43)}` }],
    ["a token without its scheme", { authorization: TOKEN }],
    ["another scheme", { authorization: `Basic ${TOKEN}` }],
  ])("refuses %s", async (_name, headers) => {
    for (const { method, path } of [...closed, { method: "GET", path: "/nothing/here" }]) {
      const answer = await send(method, path, headers);
      expect([401, 429], `${method} ${path}`).toContain(answer.status);
      expect(answer.type).toMatch(/^application\/problem\+json/);
      expect(JSON.parse(answer.body)).toMatchObject({ code: "unauthorized" });
    }
  });

  it("accepts the right token even after many wrong ones", async () => {
    // The requests of sensors are authenticated by signature, not by a token.
    for (const { method, path } of routes.filter((route) => !route.path.startsWith("/api/v1/sensor/"))) {
      const answer = await send(method, path, right);
      expect([401, 403, 421, 429, 500], `${method} ${path}`).not.toContain(answer.status);
    }
  });

  it("must declare the permission that it requires", async () => {
    const other = await createServer({
      operations: fakeOperations(),
      token: TOKEN,
      version: "0.0.0",
      hosts: [],
      onUnexpected: () => undefined,
    });
    // A ready instance does not accept new routes, so this test tries the same hook on one that is not ready.
    await other.server.close();
    const { fastify } = await import("fastify");
    const { default: rateLimit } = await import("@fastify/rate-limit");
    const { guardRequests } = await import("./gate.ts");
    const bare = fastify();
    await bare.register(rateLimit, { global: false });
    guardRequests(bare, { token: TOKEN, hosts: [] });
    expect(() => bare.get("/open", () => "anybody")).toThrow(/does not declare the permission/);
  });
});

describe("a request that names its server twice", () => {
  const sent = async (head: string): Promise<string> => {
    const socket = connect(port, "127.0.0.1");
    socket.end(`${head}\r\nAuthorization: Bearer ${TOKEN}\r\nConnection: close\r\n\r\n`);
    return Buffer.concat(await socket.toArray()).toString();
  };

  it.each([
    ["two Host headers", "GET /api/v1/status HTTP/1.1\r\nHost: localhost\r\nHost: evil.example"],
    ["the same Host header twice", "GET /api/v1/status HTTP/1.1\r\nHost: localhost\r\nhost: localhost"],
    ["another host in its request line", "GET http://evil.example/api/v1/status HTTP/1.1\r\nHost: localhost"],
    ["a request line without a host", "GET x:status HTTP/1.1\r\nHost: localhost"],
  ])("is refused: %s", async (_name, head) => {
    const answer = await sent(head);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).not.toContain("portolan.status");
  });

  it("is answered if both are the same: RFC 9112 section 3.2.2 requires it", async () => {
    const answer = await sent("GET http://localhost/api/v1/status HTTP/1.1\r\nHost: localhost");
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  });
});

describe("the Host header", () => {
  it.each(["127.0.0.1", "localhost:4600", "[::1]:4600", "PORTOLAN.internal"])("may be %s", async (host) => {
    expect((await send("GET", "/api/v1/status", { ...right, host })).status).toBe(200);
  });

  it.each(["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:4600", ":4600", "10.0.0.1"])(
    "must not be '%s', even with the right token",
    async (host) => {
      const answer = await send("GET", "/api/v1/status", { ...right, host });
      expect(answer.status).toBe(421);
      expect(JSON.parse(answer.body)).toMatchObject({ code: "misdirected" });
      expect(answer.type).toMatch(/^application\/problem\+json/);
    },
  );
});

describe("failed authentication", () => {
  it("is limited per address, and states when to try again", async () => {
    const statuses: number[] = [];
    for (let count = 0; count < 25; count += 1) statuses.push((await send("GET", "/api/v1/status")).status);
    expect(statuses.at(-1)).toBe(429);
    expect((await send("GET", "/api/v1/status", right)).status).toBe(200);
  });
});

describe("invalid requests", () => {
  const json = { ...right, "content-type": "application/json" };
  it.each([
    ["GET", "/api/v1/at", undefined, 400],
    ["GET", "/api/v1/at?at=yesterday", undefined, 400],
    ["GET", "/api/v1/at?at=2026-03-14T09:00:00Z&colour=red", undefined, 400],
    ["GET", "/api/v1/findings?status=bad", undefined, 400],
    ["POST", "/api/v1/sweeps", "{", 400],
    ["POST", "/api/v1/sweeps", JSON.stringify({ targets: [], engine: "warp", requestedBy: "me" }), 400],
    ["POST", "/api/v1/sweeps", JSON.stringify({ targets: ["x".repeat(2_000_000)] }), 413],
    ["GET", "/api/v1/nothing", undefined, 404],
    ["GET", "/api/v1/%zz", undefined, 400],
    ["DELETE", "/api/v1/sweeps/99", undefined, 404],
  ])("%s %s returns a problem without a stack", async (method, path, body, status) => {
    const answer = await send(method, path, body === undefined ? right : json, body);
    expect(answer.status).toBe(status);
    expect(answer.type).toMatch(/^application\/problem\+json/);
    const problem = JSON.parse(answer.body) as Record<string, unknown>;
    expect(problem).toMatchObject({ status, next: expect.any(String), detail: expect.any(String) });
    expect(answer.body).not.toMatch(/node_modules|\.ts:\d|\bat \w+ \(/);
  });

  it("hides the details of an unexpected error from the client, and reports them on the server's side", async () => {
    const told: unknown[] = [];
    const broken = await createServer({
      operations: fakeOperations({ status: { get: () => Promise.reject(new Error("password=hunter2")) } }),
      token: TOKEN,
      version: "0.0.0",
      hosts: [],
      onUnexpected: (error) => told.push(error),
    });
    const answer = await broken.server.inject({
      method: "GET",
      url: "/api/v1/status",
      headers: { ...right, host: "localhost" },
    });
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain("hunter2");
    expect(told).toHaveLength(1);
    await broken.server.close();
  });
});

describe("a sweep whose reader disconnects", () => {
  it("is stopped", async () => {
    const seen = { stopped: false };
    const leaving = await createServer({
      operations: fakeOperations({ sweeps: { run: endlessSweep(seen) } }),
      token: TOKEN,
      version: "0.0.0",
      hosts: [],
      onUnexpected: () => undefined,
    });
    await leaving.server.listen({ host: "127.0.0.1", port: 0 });
    const address = leaving.server.server.address();
    const controller = new AbortController();
    const response = await fetch(`http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/api/v1/sweeps`, {
      method: "POST",
      headers: { ...right, "content-type": "application/json" },
      body: JSON.stringify({ targets: [], engine: "auto", requestedBy: "me" }),
      signal: controller.signal,
    });
    await response.body?.getReader().read();
    expect(seen.stopped).toBe(false);
    controller.abort();
    await expect.poll(() => seen.stopped).toBe(true);
    await leaving.stopRuns();
    await leaving.server.close();
  });
});
