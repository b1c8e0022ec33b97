import { generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { FastifyInstance } from "fastify";
import { fakeOperations } from "../../../test/fakes/operations.ts";
import type { SensorGateway } from "../../contract/index.ts";
import { Fault } from "../../model/index.ts";
import { signRequest } from "../../sensing/sensor-agent/index.ts";
import { createServer } from "../server.ts";

const PATH = "/api/v1/sensor/reports";
const TOKEN = "t".repeat(43);
const key = generateKeyPairSync("ed25519").privateKey;
const moment = { clock: "boot", elapsed: 5, wall: 5 };
const report = {
  journal: "j",
  run: 1,
  exchange: 1,
  now: moment,
  interval: 30_000,
  version: "1",
  host: "web-1",
  records: [],
};
const taken: unknown[] = [];
let known = true;
const gateway: SensorGateway = {
  admit: () =>
    known ? Promise.resolve(7) : Promise.reject(new Fault("unauthorized", "unknown key", { next: "Enrol it." })),
  enrol: () => Promise.reject(new Error("not asked for")),
  report(sensor, body) {
    taken.push([sensor, body]);
    return Promise.resolve({ schema: "portolan.sensor-report/1", taken: 0, at: new Date(0).toISOString() });
  },
};
let server: FastifyInstance;

beforeAll(async () => {
  ({ server } = await createServer({
    operations: fakeOperations(),
    sensors: gateway,
    token: TOKEN,
    version: "0",
    hosts: [],
    onUnexpected: () => undefined,
  }));
});
afterAll(() => server.close());

async function send(body: string, signed = body, headers: Record<string, string> = {}) {
  const signature = signRequest({ method: "POST", path: PATH, body: signed, at: 0 }, key);
  const all = { host: "localhost", "content-type": "application/json", ...signature, ...headers };
  return await server.inject({ method: "POST", url: PATH, headers: all, payload: body });
}

it("accepts the report that was signed, and no other in its place", async () => {
  const body = JSON.stringify(report);
  expect((await send(body)).statusCode).toBe(200);
  expect(taken.splice(0)).toEqual([[7, report]]);
  expect((await send(body.replace("web-1", "web-2"), body)).statusCode).toBe(401);
  expect((await send("{", "{")).statusCode).toBe(400);
  expect((await send(JSON.stringify({ ...report, host: "a\u0000b" }))).statusCode).toBe(400);
  expect((await send(JSON.stringify({ ...report, more: 1 }))).statusCode).toBe(400);
  expect((await send(body, body, { "content-type": "text/plain" })).statusCode).toBe(415);
  expect(taken).toEqual([]);
});

it("refuses reports from roles and API tokens, and reads from sensors", async () => {
  const bearer = { authorization: `Bearer ${TOKEN}`, host: "localhost" };
  const headers = { ...bearer, "content-type": "application/json" };
  const unsigned = await server.inject({ method: "POST", url: PATH, headers, payload: report });
  expect(unsigned.statusCode).toBe(401);
  known = false;
  expect((await send(JSON.stringify(report), undefined, bearer)).statusCode).toBe(401);
  known = true;
  const signature = signRequest({ method: "GET", path: "/api/v1/status", body: "", at: 0 }, key);
  const read = await server.inject({ url: "/api/v1/status", headers: { host: "localhost", ...signature } });
  expect(read.statusCode).toBe(401);
  expect((await server.inject({ url: "/api/v1/sensors", headers: bearer })).json()).toMatchObject({
    sensors: [{ name: "web-1", state: "silent" }],
  });
  expect(taken).toEqual([]);
});
