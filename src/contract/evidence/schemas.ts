import { z } from "zod";
import { ENTRY_TYPES } from "../../model/index.ts";
import { instant, instantParam, name, next, paging, resultOf, severalOf, wholeNumber } from "../fields.ts";

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
  body: z.string().describe("the leaf: RFC 8785 JSON, exactly as hashed; empty: retention pruned it"),
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

export const consistencyQuery = z.strictObject({
  first: wholeNumber.min(1).describe("entries of the smaller tree, as under a checkpoint that somebody keeps"),
  second: wholeNumber.min(1).describe("entries of the larger one"),
});

export const consistencyResult = resultOf("evidence-consistency", {
  first: z.int().min(1),
  second: z.int().min(1),
  hashes: z
    .array(z.string())
    .describe("base64: the proof that the smaller tree is a prefix of the larger one (RFC 6962 section 2.1.2)"),
});

export const checkpointsQuery = z.strictObject({
  size: wholeNumber.optional().describe("the checkpoint of exactly this many entries"),
  ...paging,
});

const storedCheckpoint = z.object({
  size: z.int().min(0).describe("entries that it covers: those with a smaller index"),
  rootHash: z.string().describe("base64"),
  keyId: z.string().describe("short id of the key, 8 hex digits"),
  signedUpTo: instant
    .optional()
    .describe(
      "the time that the last entry it covers states; the note itself has no time. Absent: that entry is missing or damaged",
    ),
  note: z.string().describe("the signed checkpoint (C2SP signed note), letter for letter"),
  cosignatures: z
    .array(
      z.object({
        witness: z.string().describe("the name of its key"),
        at: instant.describe("by its own clock"),
        line: z.string().describe("its signature line, which may be appended to the note"),
      }),
    )
    .describe("statements of witnesses that they saw this checkpoint extend the earlier ones"),
  timestamps: z
    .array(
      z.object({
        at: instant.describe("by the clock of the authority"),
        response: z.string().describe("base64 of the DER of its response (RFC 3161); the imprint is over the note"),
      }),
    )
    .describe("statements of timestamping authorities that they had this checkpoint"),
});

export const checkpointsResult = resultOf("evidence-checkpoints", {
  checkpoints: z.array(storedCheckpoint).describe("the largest first"),
  next,
});

export const checkpointResult = resultOf("evidence-checkpoint", {
  size: z.int(),
  note: z.string(),
});

export const rotateKeyBody = z.strictObject({
  requestedBy: name,
  destroyPrevious: z.boolean().default(false).describe("true: the previous private key is deleted from the home"),
});

export const rotateKeyResult = resultOf("evidence-key-rotated", {
  entry: z.int().min(0).describe("index of the entry; the new key signs every checkpoint of more entries"),
  key: z.string().describe("the new key, as name+id+base64"),
  fingerprint: z.string().describe("SHA-256 (hex) of the new key"),
  previous: z.object({
    keyId: z.string(),
    fingerprint: z.string(),
    key: z.enum(["kept", "destroyed"]).describe("what became of its file; kept: keys/evidence-KEYID.pem"),
  }),
  note: z.string().describe("the checkpoint over the entry, signed by both keys"),
});

const VERDICTS = ["superseded", "rolled-back", "tail-cut", "forked", "altered", "replaced", "unusable"] as const;

export const againstBody = z.strictObject({
  checkpoints: z
    .array(
      z.strictObject({
        note: z.string().max(65_536).describe("C2SP signed note"),
        from: z.string().max(1_000).describe("where it was kept, for the result"),
        generation: z
          .int()
          .min(1)
          .optional()
          .describe("of the record when it was published, as its file name says; absent: not known"),
      }),
    )
    .max(20_000)
    .default([]),
  published: z
    .boolean()
    .default(false)
    .describe("true: also those in the configured destinations, as far as they can be read; at most 100 of each log"),
});

export const againstResult = resultOf("evidence-against", {
  ok: z
    .boolean()
    .describe(
      "each of them belongs to this log, or was superseded by a signed restore, and every destination was read",
    ),
  compared: z.int().min(0),
  contained: z.int().min(0).describe("those that belong to this log"),
  destinations: z
    .array(
      z.object({
        name: z.string().describe("its kind and place"),
        checkpoints: z.int().min(0).describe("how many were read from it"),
        problem: z.string().optional().describe("why not all of them were read; absent: they were"),
      }),
    )
    .optional()
    .describe("the configured destinations that can be read. Absent: not requested"),
  found: z
    .array(
      z.object({
        from: z.string(),
        size: z.int().min(0).optional().describe("absent: it cannot be read"),
        verdict: z
          .enum(VERDICTS)
          .describe(
            "superseded: a signed restore explains it; rolled-back: this database is an earlier state; tail-cut: the end of the log was cut off; forked: the key signed two histories; altered: the entries are not the signed ones; replaced: another log or key; unusable: not a checkpoint, or changed after it was signed",
          ),
        problem: z.string(),
      }),
    )
    .describe("the others, at most 100"),
  lost: z
    .array(
      z.object({
        from: z.int().min(0),
        to: z.int().min(0),
        restore: z.int().min(0).describe("the entry of the restore"),
        generation: z.int().min(2).describe("that began with it"),
      }),
    )
    .describe("entries that were signed and that a restored backup did not have"),
  next: z.string().optional().describe("what to do; absent: nothing"),
});

export type AgainstResult = z.infer<typeof againstResult>;
export type RotateKeyResult = z.infer<typeof rotateKeyResult>;
export type EntriesResult = z.infer<typeof entriesResult>;
export type ConsistencyResult = z.infer<typeof consistencyResult>;
export type EntryResult = z.infer<typeof entryResult>;
export type CheckpointsResult = z.infer<typeof checkpointsResult>;
export type CheckpointResult = z.infer<typeof checkpointResult>;
