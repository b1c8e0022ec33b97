import { z } from "zod";
import { defineOperation } from "./define-operation.ts";
import { instant, instantParam, name, next, paging, resultOf } from "./fields.ts";

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

const problem = z.object({
  line: z.int().min(1).optional().describe("absent: the problem has no place in the document"),
  column: z.int().min(1).optional(),
  problem: z.string().describe("what is wrong and how to fix it"),
});

const coveredTarget = z.object({
  target: z.string(),
  systemType: z.string(),
  cadence: z.string().describe("how often it is swept in full"),
  addresses: z.number().min(0).optional().describe("hostnames not counted; absent: more than can be counted"),
  ports: z.int().min(0),
  endpoints: z.number().min(0).optional().describe("addresses × ports"),
  seconds: z
    .number()
    .min(0)
    .describe("how long a full sweep takes at the limits of the scope, this machine not counted"),
});

export const scopeCheckResult = resultOf("scope-check", {
  document: z.string().describe("the checked document"),
  replaces: z.string().describe("SHA-256 of portolan.yaml as it is now, hex: a change names what it replaces"),
  version: z.int().min(0).describe("the recorded version that it was compared with; 0: none"),
  isNew: z.boolean().describe("whether it would be a new version: comments and layout do not make one"),
  name: z.string().optional().describe("absent: it has problems"),
  problems: z.array(problem).describe("in the order of the document; empty: it can be put in force"),
  warnings: z.array(z.string()),
  limits: z.object({ rate: z.number(), perHostRate: z.number() }).optional().describe("probes per second"),
  targets: z.array(coveredTarget),
  refused: z
    .array(z.object({ target: z.string(), rule: z.string(), reason: z.string(), next: z.string() }))
    .describe("what the guard would refuse now, at most 50: a sweep of everything would send nothing"),
  added: ranges.describe("addresses that the version before does not cover, at most 200 ranges"),
  removed: ranges.describe("addresses that only the version before covers, at most 200 ranges"),
  omitted: z
    .object({ refused: z.int().min(0), added: z.int().min(0), removed: z.int().min(0) })
    .describe("how many of each there are beyond those that are listed"),
});

export const scopeSetResult = resultOf("scope-set", {
  scope: scopeVersion,
  isNew: z.boolean().describe("false: it means the same as the version before; only comments or layout changed"),
});

const MOST_TEXT = 1_048_576;
const scopeText = z.string().min(1).max(MOST_TEXT).describe("portolan.yaml, as YAML");
/** A document in JSON, with every character escaped. */
const BODY_LIMIT = 6 * MOST_TEXT + 4_096;

export type ScopeCheckResult = z.infer<typeof scopeCheckResult>;
export type ScopeSetResult = z.infer<typeof scopeSetResult>;
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

export const scopeCheckExample: ScopeCheckResult = {
  schema: "portolan.scope-check/1",
  document: "name: acme production\ntargets:\n  - name: dmz\n    addresses: [10.77.0.0/28]\n",
  replaces: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
  version: 1,
  isNew: true,
  name: "acme production",
  problems: [],
  warnings: [],
  limits: { rate: 1_000, perHostRate: 1_000 },
  targets: [
    {
      target: "dmz",
      systemType: "server",
      cadence: "1h",
      addresses: 16,
      ports: 65_535,
      endpoints: 1_048_560,
      seconds: 1_048.56,
    },
  ],
  refused: [],
  added: ["10.77.0.8/29"],
  removed: [],
  omitted: { refused: 0, added: 0, removed: 0 },
};

export const scopeSetExample: ScopeSetResult = {
  schema: "portolan.scope-set/1",
  scope: { ...firstScope, version: 2, recordedBy: "jane" },
  isNew: true,
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
  check: defineOperation({
    id: "checkScope",
    method: "POST",
    path: "/api/v1/scope/check",
    tag: "scope",
    summary: "Check a scope without putting it in force: problems by line, what it covers, what the guard refuses",
    description: "Names are not looked up, and nothing is sent or recorded.",
    permission: "scope:change",
    body: z.strictObject({ document: scopeText.optional().describe("absent: portolan.yaml as it is now") }),
    bodyLimit: BODY_LIMIT,
    result: scopeCheckResult,
    problems: [413, 415],
    example: { body: { document: scopeCheckExample.document }, answer: scopeCheckExample },
  }),
  /** Replaces portolan.yaml and records the new version, in one transaction. */
  set: defineOperation({
    id: "setScope",
    method: "PUT",
    path: "/api/v1/scope",
    tag: "scope",
    summary: "Replace portolan.yaml and put its scope in force",
    description:
      "Refused if portolan.yaml is no longer what the change replaces. List files it did not name cannot be added.",
    permission: "scope:change",
    body: z.strictObject({
      document: scopeText,
      replaces: z
        .string()
        .regex(/^[0-9a-f]{64}$/, "is not a SHA-256")
        .describe("`replaces` of the check that the change began with"),
      requestedBy: name,
    }),
    bodyLimit: BODY_LIMIT,
    result: scopeSetResult,
    problems: [412, 413, 415],
    example: {
      body: { document: scopeCheckExample.document, replaces: scopeCheckExample.replaces, requestedBy: "jane" },
      answer: scopeSetExample,
    },
  }),
};
