import { z } from "zod";
import { ENTRY_TYPES } from "../model/index.ts";
import { defineOperation } from "./define-operation.ts";
import { instant, instantParam, next, paging, resultOf, severalOf, wholeNumber } from "./fields.ts";

export const entriesQuery = z.strictObject({
  type: severalOf(ENTRY_TYPES),
  recordedSince: instantParam.optional(),
  recordedUntil: instantParam.optional().describe("exclusive: up to but not including this instant"),
  ...paging,
});

export const indexParams = z.strictObject({ index: wholeNumber });

const entry = z.object({
  index: z.int().min(0),
  type: z.string(),
  recordedAt: instant,
  body: z.string().describe("the leaf: RFC 8785 JSON, exactly as hashed"),
  leafHash: z.string().describe("base64, SHA-256 of a zero byte and the body (RFC 6962 section 2.1)"),
});

export const entriesResult = resultOf("entries", {
  size: z.int().min(0).describe("entries in the log"),
  entries: z.array(entry).describe("oldest first"),
  next,
});

export const entryResult = resultOf("entry", {
  entry,
  inclusion: z
    .object({
      size: z.int().min(1).describe("entries in the tree that the proof refers to"),
      rootHash: z.string().describe("base64"),
      hashes: z.array(z.string()).describe("base64, audit path from the leaf up (RFC 6962 section 2.1.1)"),
      note: z.string().optional().describe("the signed checkpoint of that size; absent: not signed yet"),
    })
    .describe("proof that the entry is in the log"),
});

export const verifyResult = resultOf("evidence-verify", {
  ok: z.boolean(),
  entries: z.int(),
  checkpoints: z.int(),
  rootHash: z.string().describe("base64"),
  keys: z.array(z.string()),
  problems: z.array(z.object({ entry: z.int().optional(), checkpoint: z.int().optional(), problem: z.string() })),
});

export const checkpointResult = resultOf("evidence-checkpoint", {
  size: z.int(),
  note: z.string(),
});

export type EntriesResult = z.infer<typeof entriesResult>;
export type EntryResult = z.infer<typeof entryResult>;
export type VerifyResult = z.infer<typeof verifyResult>;
export type CheckpointResult = z.infer<typeof checkpointResult>;

const opened = {
  index: 3,
  type: "finding-opened",
  recordedAt: "2026-03-14T08:12:04.000Z",
  body: '{"at":"2026-03-14T08:12:04.000Z","data":{"finding":7},"index":3,"type":"finding-opened"}',
  leafHash: "yyHJSZ4zcvcRhsoCuf2jLpy2o1yzIxkCwEHYLZA4ebo=",
};

export const entriesExample: EntriesResult = { schema: "portolan.entries/1", size: 4, entries: [opened] };

export const entryExample: EntryResult = {
  schema: "portolan.entry/1",
  entry: opened,
  inclusion: {
    size: 4,
    rootHash: "uqmZgUVRkTxkPIWx3yvLIVtMTIMhsiOvv8IOHfOhmDA=",
    hashes: ["DFULg8zrYgl1Z2ePYmDcUPyIVh9PMGmLm0PeQvDGuTE=", "2XmTY2tvbd2dCIjcYCPyUKWpPqpEcBT1xIFq0TCqbXg="],
  },
};

export const verifiedExample: VerifyResult = {
  schema: "portolan.evidence-verify/1",
  ok: true,
  entries: 1203,
  checkpoints: 14,
  rootHash: "q83vq83vq83vq83vq83vq83vq83vq83vq83vq83vq80=",
  keys: ["portolan+1a2b3c4d+AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA="],
  problems: [],
};

export const checkpointExample: CheckpointResult = {
  schema: "portolan.evidence-checkpoint/1",
  size: 1203,
  note: "portolan\n1203\nq83vq83vq83vq83vq83vq83vq83vq83vq83vq83vq80=\n\n— portolan GisoAAAA\n",
};

export const evidenceOperations = {
  entries: defineOperation({
    id: "listEntries",
    method: "GET",
    path: "/api/v1/evidence/entries",
    tag: "evidence",
    summary: "List entries of the evidence log, oldest first",
    permission: "evidence:read",
    query: entriesQuery,
    result: entriesResult,
    example: { query: { type: "finding-opened" }, answer: entriesExample },
  }),
  entry: defineOperation({
    id: "getEntry",
    method: "GET",
    path: "/api/v1/evidence/entries/:index",
    tag: "evidence",
    summary: "Get an entry, with the proof that it is in the log",
    permission: "evidence:read",
    params: indexParams,
    result: entryResult,
    problems: [404],
    example: { path: { index: "3" }, answer: entryExample },
  }),
  verify: defineOperation({
    id: "verifyEvidence",
    method: "GET",
    path: "/api/v1/evidence/verify",
    tag: "evidence",
    summary: "Verify the evidence log by recomputing it",
    permission: "evidence:read",
    result: verifyResult,
    example: { answer: verifiedExample },
  }),
  checkpoint: defineOperation({
    id: "signCheckpoint",
    method: "POST",
    path: "/api/v1/evidence/checkpoints",
    tag: "evidence",
    summary: "Sign the head of the evidence log",
    permission: "evidence:checkpoint",
    idempotent: true,
    result: checkpointResult,
    problems: [409, 422],
    example: { answer: checkpointExample },
  }),
};
