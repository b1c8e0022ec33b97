import { z } from "zod";
import { defineOperation } from "./define-operation.ts";
import { instant, instantParam, next, paging, resultOf } from "./fields.ts";

export const versionParams = z.strictObject({ version: z.coerce.number().int().min(1).max(2_147_483_647) });

const scopeVersion = z.object({
  version: z.int().min(1),
  digest: z.string(),
  name: z.string(),
  recordedAt: instant,
  recordedBy: z.string(),
  targets: z.int().min(0),
  assets: z.int().min(0),
});

export const scopesResult = resultOf("scopes", {
  versions: z.array(scopeVersion).describe("newest first"),
  next,
});

export const scopeResult = resultOf("scope", {
  scope: scopeVersion,
  document: z.string().describe("the original YAML"),
  listFiles: z
    .array(z.string())
    .optional()
    .describe("files that it reads addresses from, which the record does not contain; absent: none"),
});

const ranges = z.array(z.string()).describe("addresses and ranges");

/** Absent: the scope does not say. */
const placed = {
  owner: z.string().optional(),
  segment: z.string().optional(),
  environment: z.string().optional(),
  tags: z.array(z.string()).optional(),
};

export const resolvedResult = resultOf("resolved", {
  at: instant,
  scopeVersion: z.int(),
  targets: z.array(
    z.object({
      target: z.string(),
      systemType: z.string(),
      ...placed,
      addresses: ranges,
    }),
  ),
  assets: z.array(z.object({ asset: z.string(), systemType: z.string(), ...placed, addresses: ranges })),
});

export type ScopesResult = z.infer<typeof scopesResult>;
export type ScopeResult = z.infer<typeof scopeResult>;
export type ResolvedResult = z.infer<typeof resolvedResult>;

const firstScope = {
  version: 1,
  digest: "4f1c0a3f7d1e6c0b6c5b7b7f4a0f3b0f6a1c8f8e2d3b4a5968778695a4b3c2d1",
  name: "acme production",
  recordedAt: "2026-03-13T07:00:00.000Z",
  recordedBy: "jane",
  targets: 1,
  assets: 3,
};

export const scopesExample: ScopesResult = { schema: "portolan.scopes/1", versions: [firstScope] };

export const scopeExample: ScopeResult = {
  schema: "portolan.scope/1",
  scope: firstScope,
  document: "name: acme production\ntargets:\n  - name: dmz\n    addresses: [10.77.0.0/29]\n",
};

export const resolvedExample: ResolvedResult = {
  schema: "portolan.resolved/1",
  at: "2026-03-14T09:00:00.000Z",
  scopeVersion: 1,
  targets: [{ target: "dmz", systemType: "server", addresses: ["10.77.0.0/29"] }],
  assets: [{ asset: "web-1", systemType: "server", owner: "team-web", segment: "dmz", addresses: ["10.77.0.2"] }],
};

const tagOf = ({ scope: { version } }: ScopeResult): string => `scope-${version}`;

export const scopeOperations = {
  get: defineOperation({
    id: "getScope",
    method: "GET",
    path: "/api/v1/scope",
    tag: "scope",
    summary: "Get the last recorded scope, or the one in force at an instant",
    permission: "record:read",
    query: z.strictObject({ at: instantParam.optional().describe("absent: the last recorded one") }),
    result: scopeResult,
    problems: [404],
    version: tagOf,
    example: { answer: scopeExample },
  }),
  versions: defineOperation({
    id: "listScopes",
    method: "GET",
    path: "/api/v1/scope/versions",
    tag: "scope",
    summary: "List every scope that was ever in force, newest first",
    permission: "record:read",
    query: z.strictObject(paging),
    result: scopesResult,
    example: { answer: scopesExample },
  }),
  version: defineOperation({
    id: "getScopeVersion",
    method: "GET",
    path: "/api/v1/scope/versions/:version",
    tag: "scope",
    summary: "Get a recorded scope",
    permission: "record:read",
    params: versionParams,
    result: scopeResult,
    problems: [404],
    version: tagOf,
    example: { path: { version: "1" }, answer: scopeExample },
  }),
  /** The addresses that the scope resolves to now. */
  resolved: defineOperation({
    id: "getResolvedScope",
    method: "GET",
    path: "/api/v1/scope/resolved",
    tag: "scope",
    summary: "Resolve targets and assets to their current addresses",
    permission: "record:read",
    result: resolvedResult,
    example: { answer: resolvedExample },
  }),
};
