import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, expect, it } from "vitest";
import { fakeAccess } from "../../test/fakes/access.ts";
import { fakeOperations, type Replaced } from "../../test/fakes/operations.ts";
import { HOSTILE, hostileValue } from "../../test/hostile.ts";
import { exampleRequest, operationsOf } from "../../test/openapi-document.ts";
import * as contract from "../contract/index.ts";
import { Fault } from "../model/index.ts";
import { openApiDocument } from "./openapi.ts";
import { createServer } from "./server.ts";

const TOKEN = "t".repeat(43);
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;
const ALL = Object.values(HOSTILE).join("\u0007");

/** Every operation with a JSON result, with every text of the result hostile. */
function hostileOperations(): Replaced {
  const groups: Record<string, Record<string, unknown>> = {};
  for (const { subject, name, declaration } of contract.DECLARED) {
    if (declaration.kind === "route" || declaration.answersWith !== undefined) continue;
    const { result } = declaration;
    groups[subject] = { ...groups[subject], [name]: () => Promise.resolve(hostileValue(result, ALL)) };
  }
  return groups;
}

/** Covered by another route of the same kind, signed by a machine, or without text from others. */
const APART = ["exportFindings", "stopSweep", "enrolSensor", "sendReport"];

const documented = operationsOf(await openApiDocument("1")).filter(
  ({ id, responses }) => responses["200"]?.content?.["application/json"] !== undefined && !APART.includes(id),
);

let server: FastifyInstance;
beforeAll(async () => {
  const operations = fakeOperations(hostileOperations());
  ({ server } = await createServer({
    operations,
    identity: fakeAccess({ people: () => operations }),
    token: TOKEN,
    version: "1",
    hosts: [],
    doctor: () => Promise.resolve(hostileValue(contract.doctorResult, ALL)),
    configuration: () => Promise.resolve(hostileValue(contract.configResult, ALL)),
    onUnexpected: () => undefined,
  }));
});
afterAll(() => server.close());

/** Results of times and numbers, without any text of free form. */
const TIMES_ALONE: ReadonlySet<string> = new Set(["getClock"]);

it.each(documented.map((operation) => [operation.id, operation] as const))(
  "%s returns hostile texts unchanged, without characters that a terminal acts on",
  async (id, operation) => {
    const request = exampleRequest(operation);
    const { statusCode, body } = await server.inject({
      method: request.method as "GET",
      url: request.url,
      headers: { host: "localhost", ...request.headers, "idempotency-key": id, authorization: `Bearer ${TOKEN}` },
      ...(request.payload === undefined ? {} : { payload: request.payload }),
    });
    expect(statusCode, body.slice(0, 300)).toBe(200);
    expect(UNSEEN.exec(body)).toBeNull();
    // Every other result contains at least one text; a truncated or changed text would differ.
    const texts = textsIn(JSON.parse(body));
    if (!TIMES_ALONE.has(id)) expect(texts.length).toBeGreaterThan(0);
    expect(texts.filter((text) => text !== ALL).map((text) => text.slice(0, 100))).toEqual([]);
  },
);

/** Every text that is longer than those of a fixed form: times, numbers as text, words of a list. */
function textsIn(value: unknown): string[] {
  if (typeof value === "string") return value.length > 100 ? [value] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [...textsIn(key), ...textsIn(inner)]);
}

it("escapes problems and the lines of a sweep in the same way", async () => {
  const fault = new Fault("not-found", ALL, { place: ALL, next: ALL });
  const operations = fakeOperations({
    status: { get: () => Promise.reject(fault) },
    sweeps: { run: () => Promise.resolve(hostileValue(contract.sweepResult, ALL)) },
  });
  const onUnexpected = (): void => undefined;
  const { server: other } = await createServer({ operations, token: TOKEN, version: "1", hosts: [], onUnexpected });
  const headers = { host: "localhost", authorization: `Bearer ${TOKEN}` };
  try {
    const problem = await other.inject({ url: "/api/v1/status", headers });
    expect(problem.json()).toMatchObject({ detail: ALL, place: ALL, next: ALL });
    const payload = { targets: [], engine: "auto", requestedBy: "jane" };
    const sweep = await other.inject({ method: "POST", url: "/api/v1/sweeps", headers, payload });
    const lines = sweep.body.trimEnd().split("\n");
    expect(contract.sweepLine.parse(JSON.parse(lines.at(-1)!))).toMatchObject({ result: { ports: ALL } });
    for (const text of [problem.body, ...lines]) expect(UNSEEN.exec(text)).toBeNull();
  } finally {
    await other.close();
  }
});
