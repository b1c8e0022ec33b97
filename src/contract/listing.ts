import { z } from "zod";
import { DEVIATION_KINDS, ENTRY_TYPES, FINDING_STATUSES, SWEEP_KINDS } from "../model/index.ts";
import { findingSchema, instant, sweepSummary } from "./results.ts";
import { instantParam, name } from "./requests.ts";

/** Lists that are given in pages, and the single things in them. */

const VERDICTS = ["complete", "partial", "untrusted"] as const;

/** One value, or several of the same parameter. */
function severalOf<Values extends readonly [string, ...string[]]>(values: Values) {
  const one = z.enum(values);
  return z
    .union([one, z.array(one).max(values.length)])
    .transform((given) => (Array.isArray(given) ? given : [given]))
    .optional()
    .describe("may be given several times; absent: all of them");
}

const paging = {
  after: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,200}$/)
    .optional()
    .describe("`next` of the page before; the other parameters have to be the same"),
  limit: z.coerce.number().int().min(1).max(1_000).default(100).describe("of a page"),
};

const next = z.string().optional().describe("for `after`; absent on the last page");
const wholeNumber = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

export const findingsQuery = z.strictObject({
  status: severalOf(FINDING_STATUSES),
  kind: severalOf(DEVIATION_KINDS),
  asset: name.optional(),
  vantage: name.optional(),
  openedSince: instantParam.optional(),
  openedUntil: instantParam.optional().describe("this instant excluded"),
  ...paging,
});

export const sweepsQuery = z.strictObject({
  kind: severalOf(SWEEP_KINDS),
  verdict: severalOf(VERDICTS),
  vantage: name.optional(),
  startedSince: instantParam.optional(),
  startedUntil: instantParam.optional().describe("this instant excluded"),
  ...paging,
});

export const entriesQuery = z.strictObject({
  type: severalOf(ENTRY_TYPES),
  recordedSince: instantParam.optional(),
  recordedUntil: instantParam.optional().describe("this instant excluded"),
  ...paging,
});

export const pagingQuery = z.strictObject(paging);

export const idParams = z.strictObject({ id: wholeNumber.min(1) });
export const indexParams = z.strictObject({ index: wholeNumber });
export const versionParams = z.strictObject({ version: z.coerce.number().int().min(1).max(2_147_483_647) });

export const findingsResult = z.object({
  schema: z.literal("portolan.findings/1"),
  findings: z.array(findingSchema),
  next,
});

export const findingResult = z.object({
  schema: z.literal("portolan.finding/1"),
  finding: findingSchema,
  events: z
    .array(
      z.object({
        at: instant,
        status: z.enum(["new", "resolved", "regressed"]),
        sweep: z.int().optional().describe("the sweep that showed it"),
        note: z.string(),
      }),
    )
    .describe("its life, oldest first"),
});

export const sweepsResult = z.object({
  schema: z.literal("portolan.sweeps/1"),
  sweeps: z.array(sweepSummary).describe("newest first"),
  next,
});

export const sweepRecordResult = z.object({
  schema: z.literal("portolan.sweep-record/1"),
  sweep: sweepSummary,
  targets: z.array(z.string()).describe("of the scope, that it is for"),
  scopeVersion: z.int(),
  requestedBy: z.string(),
  seed: z.string().describe("hex; empty for an import, whose order nobody knows"),
  planDigest: z.string(),
  plan: z.unknown().describe("with the seed enough to perform it again exactly"),
  parameters: z.record(z.string(), z.unknown()),
});

const entry = z.object({
  index: z.int().min(0),
  type: z.string(),
  recordedAt: instant,
  body: z.string().describe("the leaf: RFC 8785 JSON, as it was hashed"),
  leafHash: z.string().describe("base64, SHA-256 of 0x00 and the body (RFC 6962 section 2.1)"),
});

export const entriesResult = z.object({
  schema: z.literal("portolan.entries/1"),
  size: z.int().min(0).describe("entries in the log"),
  entries: z.array(entry).describe("oldest first"),
  next,
});

export const entryResult = z.object({
  schema: z.literal("portolan.entry/1"),
  entry,
  inclusion: z
    .object({
      size: z.int().min(1).describe("of the tree that the proof is for"),
      rootHash: z.string().describe("base64"),
      hashes: z.array(z.string()).describe("base64, audit path from the leaf up (RFC 6962 section 2.1.1)"),
      note: z.string().optional().describe("the signed checkpoint of that size; absent: it is not signed yet"),
    })
    .describe("proof that the entry is in the log"),
});

const scopeVersion = z.object({
  version: z.int().min(1),
  digest: z.string(),
  name: z.string(),
  recordedAt: instant,
  recordedBy: z.string(),
  targets: z.int().min(0),
  assets: z.int().min(0),
});

export const scopesResult = z.object({
  schema: z.literal("portolan.scopes/1"),
  versions: z.array(scopeVersion).describe("newest first"),
  next,
});

export const scopeResult = z.object({
  schema: z.literal("portolan.scope/1"),
  scope: scopeVersion,
  document: z.string().describe("the YAML as a person wrote it"),
});

const ranges = z.array(z.string()).describe("addresses and ranges");

export const resolvedResult = z.object({
  schema: z.literal("portolan.resolved/1"),
  at: instant,
  scopeVersion: z.int(),
  targets: z.array(z.object({ target: z.string(), systemType: z.string(), addresses: ranges })),
  assets: z.array(
    z.object({ asset: z.string(), systemType: z.string(), owner: z.string().optional(), addresses: ranges }),
  ),
});

export type FindingsResult = z.infer<typeof findingsResult>;
export type FindingResult = z.infer<typeof findingResult>;
export type SweepsResult = z.infer<typeof sweepsResult>;
export type SweepRecordResult = z.infer<typeof sweepRecordResult>;
export type EntriesResult = z.infer<typeof entriesResult>;
export type EntryResult = z.infer<typeof entryResult>;
export type ScopesResult = z.infer<typeof scopesResult>;
export type ScopeResult = z.infer<typeof scopeResult>;
export type ResolvedResult = z.infer<typeof resolvedResult>;

/** The order in which findings are shown: open ones first, then by when they were opened or resolved, latest first. */
export function openFirst(a: FindingsResult["findings"][number], b: FindingsResult["findings"][number]): number {
  const ended = Number(a.status === "resolved") - Number(b.status === "resolved");
  if (ended !== 0) return ended;
  const since = Date.parse(b.resolvedAt ?? b.openedAt) - Date.parse(a.resolvedAt ?? a.openedAt);
  return since !== 0 ? since : b.id - a.id;
}
