import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fakeOperations } from "../../../test/fakes/operations.ts";
import * as results from "../../../test/fakes/results.ts";
import { hostileFindings } from "../../../test/hostile.ts";
import { EXPORT_FORMATS, findingsResult } from "../../contract/index.ts";
import { createServer } from "../server.ts";

const TOKEN = "t".repeat(43);
const headers = { authorization: `Bearer ${TOKEN}`, host: "localhost" };
const hostile = hostileFindings();
const operations = fakeOperations({
  findings: { list: () => Promise.resolve({ ...results.findings, findings: hostile }) },
});

let server: FastifyInstance;
beforeAll(async () => {
  const onUnexpected = (): void => undefined;
  ({ server } = await createServer({ operations, token: TOKEN, version: "1", hosts: [], onUnexpected }));
});
afterAll(() => server.close());

const TYPES = {
  csv: "text/csv; charset=utf-8; header=present",
  cef: "text/plain; charset=utf-8",
  slack: "application/json; charset=utf-8",
  mail: "message/rfc822",
  html: "text/html; charset=utf-8",
  pdf: "application/pdf",
};

describe("GET /api/v1/findings/export", () => {
  it.each(EXPORT_FORMATS)("returns %s as a file that browsers only download", async (format) => {
    const answer = await server.inject({ url: `/api/v1/findings/export?format=${format}&status=new`, headers });
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toBe(results.exported[format]);
    expect(answer.headers).toMatchObject({
      "content-type": TYPES[format],
      "content-disposition": expect.stringMatching(
        /^attachment; filename="portolan-findings-2026-03-14T090000Z\.[a-z.]+"$/,
      ),
      "x-content-type-options": "nosniff",
      "cache-control": "no-store",
      "portolan-findings": String(results.findings.findings.length),
      "portolan-open": "2",
    });
    const policy = String(answer.headers["content-security-policy"]);
    expect(policy).toContain("default-src 'none'");
    if (format === "html") expect(policy).toMatch(/^sandbox; (?!.*script)/);
    expect(operations.calls.at(-1)).toMatchObject({ argument: { format, status: ["new"] } });
  });

  it.each([
    ["", "format"],
    ["?format=xml", "format"],
    ["?format=csv&limit=5", "limit"],
    ["?format=mail&mailTo=a@example.com%0d%0aBcc:b@example.com", "mailTo"],
    [`?format=mail${"&mailTo=a@example.com".repeat(51)}`, "mailTo"],
  ])("refuses %j", async (query, part) => {
    const answer = await server.inject({ url: `/api/v1/findings/export${query}`, headers });
    expect(answer.statusCode).toBe(400);
    expect(answer.json<{ detail: string }>().detail).toContain(part);
  });
});

it("GET /api/v1/findings returns hostile texts unchanged, with control characters escaped", async () => {
  const answer = await server.inject({ url: "/api/v1/findings", headers });
  expect(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.exec(answer.body)).toBeNull();
  expect(answer.body.isWellFormed()).toBe(true);
  expect(findingsResult.parse(answer.json()).findings).toEqual(hostile);
});
