// @module-tag long
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fakeAccess } from "../../test/fakes/access.ts";
import { fakeOperations } from "../../test/fakes/operations.ts";
import * as results from "../../test/fakes/results.ts";
import {
  createAnswerCheck,
  exampleRequest,
  operationsOf,
  type DocumentedOperation,
} from "../../test/openapi-document.ts";
import type { ServerOperations } from "../contract/index.ts";
import { Fault, type FaultCode } from "../model/index.ts";
import { openApiDocument } from "./openapi.ts";
import { createServer, type ServerConfig } from "./server.ts";

const TOKEN = "t".repeat(43);
const right = { authorization: `Bearer ${TOKEN}`, host: "localhost" };
const document = await openApiDocument("1");
const operations = operationsOf(document);
const checkAnswer = createAnswerCheck(document);
/** The requests of sensors are signed; their own tests send them. */
const bySensors = new Set(["enrolSensor", "sendReport"]);
const asked = operations.filter(({ id }) => !bySensors.has(id));

const CODES: Readonly<Record<string, FaultCode>> = {
  403: "target-refused",
  404: "not-found",
  409: "conflict",
  412: "outdated",
  501: "engine-unavailable",
  503: "store-unavailable",
};

const servers: FastifyInstance[] = [];
afterAll(() => Promise.all(servers.map((server) => server.close())));

async function serve(config: Partial<ServerConfig> = {}): Promise<FastifyInstance> {
  const { server } = await createServer({
    operations: fakeOperations(),
    identity: fakeAccess(),
    token: TOKEN,
    version: "1",
    hosts: [],
    doctor: () => Promise.resolve(results.doctor),
    configuration: () => Promise.resolve(results.configuration),
    onUnexpected: () => undefined,
    ...config,
  });
  servers.push(server);
  return server;
}

const shared = new Map<string, Promise<FastifyInstance>>();
/** One shared server per way to fail: most of the time here would go into making one for every operation. */
function serveOnce(way: string, config: () => Partial<ServerConfig>): Promise<FastifyInstance> {
  const made = shared.get(way) ?? serve(config());
  shared.set(way, made);
  return made;
}

/** Operations that all fail in the same way. Keys can still be claimed unless `keys` is given. */
function failing(error: Error, keys = false): Pick<ServerConfig, "operations" | "identity"> {
  const fake = fakeOperations();
  const fail = (): Promise<never> => Promise.reject(error);
  const group = new Proxy({}, { get: () => fail });
  const operations: ServerOperations = new Proxy(fake, {
    get(target, name) {
      if (name === "idempotency") return keys ? { ...fake.idempotency, begin: fail } : target.idempotency;
      if (name === "figures" || name === "ready") return fail;
      if (name === "backup") {
        return {
          make() {
            throw error;
          },
        };
      }
      return name === "changes" ? target.changes.bind(target) : group;
    },
  });
  return { operations, identity: fakeAccess({ people: () => operations }) };
}

interface Given {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

async function send(
  server: FastifyInstance,
  operation: DocumentedOperation,
  change: { headers?: Record<string, string | undefined>; url?: (url: string) => string; payload?: string } = {},
): Promise<Given> {
  const request = exampleRequest(operation);
  const headers = Object.fromEntries(
    Object.entries({ ...right, ...request.headers, ...change.headers }).filter(([, value]) => value !== undefined),
  ) as Record<string, string>;
  const payload = change.payload ?? request.payload;
  const answer = await server.inject({
    method: request.method as "GET",
    url: change.url?.(request.url) ?? request.url,
    headers,
    ...(payload === undefined ? {} : { payload }),
    payloadAsStream: operation.id === "streamEvents",
  });
  const type = String(answer.headers["content-type"] ?? "");
  if (type !== "text/event-stream") {
    return {
      status: answer.statusCode,
      type,
      body: operation.id === "streamEvents" ? await read(answer.stream()) : answer.body,
    };
  }
  // The stream does not end; its first chunk is enough.
  const stream = answer.stream();
  let body = "";
  for await (const chunk of stream) {
    body += String(chunk);
    if (body.includes("event:")) break;
  }
  return { status: answer.statusCode, type, body };
}

async function read(stream: NodeJS.ReadableStream): Promise<string> {
  let body = "";
  for await (const chunk of stream) body += String(chunk);
  return body;
}

let server: FastifyInstance;
beforeAll(async () => {
  server = await serve();
});

describe("every example of the document", () => {
  it.each(asked.map((operation) => [operation.id, operation] as const))("runs: %s", async (id, operation) => {
    if (id === "stopSweep") return;
    // An approval with another key than that of an earlier example.
    const key = operation.parameters.some(({ name }) => name === "idempotency-key") ? { "idempotency-key": id } : {};
    const answer = await send(server, operation, { headers: key });
    expect(answer.status, answer.body).toBe(200);
    expect(checkAnswer(operation, answer)).toBe("");
    const [media] = Object.values(operation.responses["200"]?.content ?? {});
    if (answer.type.startsWith("application/json")) expect(JSON.parse(answer.body)).toEqual(media?.example);
    else if (id === "runSweep") expect(JSON.parse(answer.body.trim().split("\n").at(-1) ?? "")).toEqual(media?.example);
    else expect(answer.body).toContain(id === "streamEvents" ? "event: finding-opened\nid: 3" : media?.example);
  });
});

/** How to produce each documented status. Undefined: not possible here, for the reason beside it. */
async function provoke(operation: DocumentedOperation, status: string): Promise<Given | undefined> {
  const { id } = operation;
  switch (status) {
    case "200":
      return send(server, operation, { headers: { "idempotency-key": undefined } });
    case "202":
      return undefined; // This needs a running sweep; client.lab.test.ts stops one.
    case "304": {
      const tag = await server.inject({ url: exampleRequest(operation).url, headers: right });
      return send(server, operation, { headers: { "if-none-match": String(tag.headers["etag"]) } });
    }
    case "400":
      return send(server, operation, {
        url: (url) => `${url}${url.includes("?") ? "&" : "?"}colour=red`,
        ...(operation.body?.type === "application/json" ? { payload: "{" } : {}),
        ...(id === "stopSweep" ? { url: () => `/api/v1/sweeps/${"x".repeat(80)}` } : {}),
      });
    case "401":
      return send(await serve(), operation, { headers: { authorization: undefined } });
    case "403":
      return send(await serveOnce("no peer", () => ({ acceptsPeer: () => false })), operation);
    case "421":
      return send(server, operation, { headers: { host: "evil.example" } });
    case "429": {
      const tired = await serve();
      for (let count = 0; count < 21; count += 1)
        await send(tired, operation, { headers: { authorization: undefined } });
      return send(tired, operation, { headers: { authorization: undefined } });
    }
    case "413":
      // The server trusts the length that a request states: nothing of a body that is too long is read.
      return send(server, operation, { payload: "{}", headers: { "content-length": "1000000000" } });
    case "415":
      return send(server, operation, { headers: { "content-type": "text/xml" }, payload: "<a/>" });
    case "422": {
      const key = { "idempotency-key": `${id}-once` };
      const other = operations.find(
        (each) => each.id === (id === "signCheckpoint" ? "proposeBaseline" : "signCheckpoint"),
      );
      if (other === undefined) return undefined;
      await send(server, other, { headers: key });
      return send(server, operation, { headers: key });
    }
    case "409": {
      if (id !== "runSweep") break;
      // The stream reports its own failures; a key that is in use is reported before it begins.
      const busy = fakeOperations();
      const inUse = { ...busy.idempotency, begin: () => Promise.resolve({ outcome: "running" } as const) };
      return send(await serve({ operations: { ...busy, idempotency: inUse } }), operation);
    }
    case "404":
      if (id === "stopSweep") return send(server, operation);
      break;
    case "503":
      if (id === "streamEvents") return undefined; // This needs two thousand open streams; bench/api.ts opens many.
      break;
    case "default":
      if (id === "streamEvents" || id === "getHealth" || id === "getReadiness" || id === "stopSweep") return undefined;
      if (id === "getDoctor" || id === "getConfiguration") {
        const fails = () => Promise.reject(new Error("hunter2"));
        return send(await serve({ doctor: fails, configuration: fails }), operation);
      }
      const keys = id === "runSweep";
      return send(await serveOnce(`error ${keys}`, () => failing(new Error("hunter2"), keys)), operation);
  }
  const code = CODES[status];
  if (code === undefined) throw new Error(`no way to produce a ${status}`);
  const fault = new Fault(code, "It is so.", { next: "Do this." });
  return send(await serveOnce(code, () => failing(fault)), operation);
}

describe("every documented status", () => {
  it.each(asked.map((operation) => [operation.id, operation] as const))("occurs: %s", async (_id, operation) => {
    for (const status of Object.keys(operation.responses)) {
      const answer = await provoke(operation, status);
      if (answer === undefined) continue;
      const label = `${operation.id} ${status}: ${answer.body.slice(0, 300)}`;
      expect(answer.status, label).toBe(status === "default" ? 500 : Number(status));
      expect(checkAnswer(operation, answer), label).toBe("");
      expect(answer.body).not.toMatch(/hunter2|node_modules|\.ts:\d/);
    }
  });
});

describe("another method", () => {
  it.each([
    ["PUT", "/api/v1/findings", "GET"],
    ["PATCH", "/api/v1/sweeps/12", "GET, DELETE"],
    ["DELETE", "/healthz", "GET"],
  ])("%s %s is 405, and Allow lists the supported methods", async (method, url, allow) => {
    const answer = await server.inject({ method: method as "PUT", url, headers: right });
    expect(answer.statusCode).toBe(405);
    expect(answer.headers["content-type"]).toMatch(/^application\/problem\+json/);
    expect(answer.headers["allow"]).toBe(allow);
  });
});

describe("a request with an Idempotency-Key", () => {
  it("is performed once and gets the same response every time", async () => {
    const fake = fakeOperations();
    const once = await serve({ operations: fake });
    const checkpoint = operations.find(({ id }) => id === "signCheckpoint");
    if (checkpoint === undefined) throw new Error("no such operation");
    const first = await send(once, checkpoint);
    const again = await send(once, checkpoint);
    expect({ ...again, type: "" }).toEqual({ ...first, type: "" });
    expect(fake.calls.filter(({ operation }) => operation === "evidence.checkpoint")).toHaveLength(1);
  });

  it("can be sent again after a failure", async () => {
    let fails = true;
    const good = fakeOperations();
    const flaky = {
      ...good,
      evidence: {
        ...good.evidence,
        checkpoint: () =>
          fails
            ? Promise.reject(new Fault("store-unavailable", "away", { next: "Wait." }))
            : good.evidence.checkpoint(),
      },
    };
    const once = await serve({ operations: flaky });
    const checkpoint = operations.find(({ id }) => id === "signCheckpoint");
    if (checkpoint === undefined) throw new Error("no such operation");
    expect((await send(once, checkpoint)).status).toBe(503);
    fails = false;
    expect((await send(once, checkpoint)).status).toBe(200);
  });
});
