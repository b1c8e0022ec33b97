import { z } from "zod";
import { ENTRY_TYPES } from "../model/index.ts";
import { exportBundle } from "./bundle.ts";
import { defineOperation } from "./define-operation.ts";
import { stateProofExample, stateProofQuery, stateProofResult } from "./state-proof.ts";
import {
  instant,
  instantParam,
  name,
  next,
  paging,
  resultOf,
  severalOf,
  unsignedLooks,
  wholeNumber,
} from "./fields.ts";

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

/** Longer than any note that Portolan signs, and short enough for a few of them in one URL. */
const note = z.string().max(2_000);

export const verifyQuery = z.strictObject({
  key: z
    .string()
    .max(2_000)
    .optional()
    .describe(
      "the key that has to sign the log: its fingerprint (SHA-256, hex), its text (name+id+base64) or its PEM; absent: the key of this home, if it has one",
    ),
  checkpoint: z
    .union([note, z.array(note).max(5)])
    .transform((given) => (Array.isArray(given) ? given : [given]))
    .optional()
    .describe(
      "a signed note that was kept elsewhere; the log has to extend it. May be given several times; absent: none",
    ),
  answers: z
    .enum(["true", "false"])
    .transform((text) => text === "true")
    .optional()
    .describe("true: compares every table that answers are made of with the entries; absent: the log alone"),
});

/** The comparison of the tables with the entries, of `evidence verify` and `restore`. */
export const tablesCompared = z.object({
  compared: z
    .array(z.object({ table: z.string(), rows: z.int().min(0) }))
    .describe("the tables whose rows entries state; the page bound-columns of the guide lists every column"),
  contradicting: z.int().min(0).describe("rows that contradict what was signed"),
  contradictions: z
    .array(
      z.object({
        table: z.string(),
        row: z.string().describe("the row, as the record numbers it"),
        column: z.string().optional().describe("the column, or columns, that differ; absent: the row as a whole"),
        says: z.string().optional().describe("the value in the table: JSON, at most 60 characters of it"),
        signed: z.string().optional().describe("the value that was signed: JSON, at most 60 characters of it"),
        entry: z.int().min(0).optional().describe("the entry that states it; absent: no entry does"),
        problem: z.string(),
      }),
    )
    .describe("one for each column that differs; the first ten thousand"),
});

export const verifyResult = resultOf("evidence-verify", {
  ok: z.boolean().describe("the log verifies, and no row that was compared contradicts it"),
  hashOnly: z
    .object({
      entries: z.int().min(1).describe("entries of which retention left the hash"),
      by: z.array(z.int().min(0)).describe("the entries that say so"),
    })
    .optional()
    .describe("absent: every entry has its body"),
  answers: z
    .object({
      compared: z.boolean().describe("whether the tables that answers are made of were compared with the log"),
      bound: z
        .enum(["from the beginning", "since", "not yet"])
        .describe("since when the entries state every row: a record of an earlier version adopts its rows"),
      boundSince: instant
        .optional()
        .describe(
          "answers about earlier instants rest on rows as they stood then; absent: bound from the beginning, or not yet",
        ),
    })
    .optional(),
  entries: z.int(),
  checkpoints: z.int().describe("compared with the entries, those held elsewhere included"),
  held: z.int().min(0).optional().describe("checkpoints held elsewhere among them"),
  rootHash: z.string().describe("base64"),
  keys: z.array(z.string()),
  key: z
    .object({
      fingerprint: z.string().optional().describe("SHA-256 (hex) of the key that entry 0 names; absent: it names none"),
      comparedWith: z
        .enum(["given", "home", "nothing"])
        .describe("the key that it has to be: the one in the request, the one of this home, or none was known"),
    })
    .optional(),
  unsignedLooks,
  rotations: z
    .array(
      z.object({
        entry: z.int().describe("index of the entry; checkpoints of more entries are signed by the new key"),
        keyId: z.string().describe("short id of the new key"),
        fingerprint: z.string().describe("of the new key"),
        previousKeyId: z.string(),
      }),
    )
    .optional()
    .describe("changes of the key, each signed by the old key and the new one; absent: there was none"),
  tables: tablesCompared
    .optional()
    .describe("absent: not requested, or the log itself does not verify, so no row can be compared with it"),
  cosigned: z
    .array(
      z.object({
        witness: z.string().describe("its name in the policy, or that of its key"),
        key: z.string().describe("its key as a C2SP vkey"),
        size: z.int().min(0).describe("entries under the largest checkpoint that it cosigned"),
        at: instant.describe("when it cosigned that one, by its own clock"),
        checkpoints: z.int().min(1).describe("how many checkpoints it cosigned"),
        checked: z.boolean().describe("false: an ML-DSA-44 cosignature, which is recognized and not verified"),
        configured: z.boolean().describe("whether the configured policy names this key"),
      }),
    )
    .optional()
    .describe("the witnesses whose cosignatures are stored. Absent: there are none, and no policy is configured"),
  quorum: z
    .object({
      size: z
        .int()
        .min(0)
        .optional()
        .describe("entries under the largest checkpoint that enough witnesses cosigned; absent: there is none"),
    })
    .optional()
    .describe("what the configured policy of witnesses asks for. Absent: no policy is configured"),
  timestamped: z
    .object({
      timestamps: z.int().min(0).describe("stored timestamps that hold"),
      latest: z
        .object({
          size: z.int().min(0).describe("entries under the largest checkpoint with a timestamp"),
          at: instant.describe("when the authority had it, by its own clock"),
          authority: z.string().describe("the name in its certificate"),
          validUntil: instant.describe("the end of the certificate in its chain that ends first"),
          trusted: z.boolean().describe("false: no authority is configured, so its chain was not checked"),
        })
        .optional()
        .describe("absent: there is no timestamp"),
      gaps: z
        .array(z.object({ from: instant, until: instant.optional().describe("absent: it lasts") }))
        .describe("times of which no timestamp was made within two hours, the last hundred of them"),
      gapsFound: z.int().min(0).describe("all of them"),
    })
    .optional()
    .describe("timestamps (RFC 3161) of checkpoints. Absent: there are none, and no authority is configured"),
  outOfOrder: z
    .array(
      z.object({
        entry: z.int().min(0).describe("its index"),
        at: instant.describe("its time"),
        before: instant.describe("the time of the entry before it"),
      }),
    )
    .optional()
    .describe(
      "entries that go back in time by more than a minute, at most 100: the clock was set back before them. Absent: there are none",
    ),
  problems: z.array(z.object({ entry: z.int().optional(), checkpoint: z.int().optional(), problem: z.string() })),
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
    .min(1)
    .max(20_000),
});

export const againstResult = resultOf("evidence-against", {
  ok: z.boolean().describe("each of them belongs to this log, or was superseded by a signed restore"),
  compared: z.int().min(0),
  contained: z.int().min(0).describe("those that belong to this log"),
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
export type EntryResult = z.infer<typeof entryResult>;
export type ComparedTables = z.infer<typeof tablesCompared>;
export type VerifyResult = z.infer<typeof verifyResult>;
export type CheckpointsResult = z.infer<typeof checkpointsResult>;
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
  key: { fingerprint: "5f0c1d2e3a4b5968".repeat(4), comparedWith: "home" },
  answers: { compared: true, bound: "from the beginning" },
  tables: {
    compared: [
      { table: "scope_version", rows: 3 },
      { table: "sweep", rows: 480 },
    ],
    contradicting: 0,
    contradictions: [],
  },
  cosigned: [
    {
      witness: "w1",
      key: "witness.example.com/w1+1a2b3c4d+BAIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=",
      size: 1203,
      at: "2026-03-14T08:00:04.000Z",
      checkpoints: 14,
      checked: true,
      configured: true,
    },
  ],
  quorum: { size: 1203 },
  timestamped: {
    timestamps: 12,
    latest: {
      size: 1203,
      at: "2026-03-14T08:00:02.000Z",
      authority: "TSA 1",
      validUntil: "2031-01-01T00:00:00.000Z",
      trusted: true,
    },
    gaps: [],
    gapsFound: 0,
  },
  problems: [],
};

export const checkpointExample: CheckpointResult = {
  schema: "portolan.evidence-checkpoint/1",
  size: 1203,
  note: "portolan\n1203\nq83vq83vq83vq83vq83vq83vq83vq83vq83vq83vq80=\n\n— portolan GisoAAAA\n",
};

export const checkpointsExample: CheckpointsResult = {
  schema: "portolan.evidence-checkpoints/1",
  checkpoints: [
    {
      size: 1203,
      rootHash: "q83vq83vq83vq83vq83vq83vq83vq83vq83vq83vq80=",
      keyId: "1a2b3c4d",
      signedUpTo: "2026-03-14T08:00:00.000Z",
      note: checkpointExample.note,
      cosignatures: [
        { witness: "witness.example.com/w1", at: "2026-03-14T08:00:04.000Z", line: "— witness.example.com/w1 AAAA\n" },
      ],
      timestamps: [{ at: "2026-03-14T08:00:02.000Z", response: "MIIB" }],
    },
  ],
};

export const againstExample: AgainstResult = {
  schema: "portolan.evidence-against/1",
  ok: false,
  compared: 40,
  contained: 38,
  found: [
    {
      from: "evidence/portolan-5f0c1d2e3a4b5968/000000001310.txt",
      size: 1310,
      verdict: "rolled-back",
      problem:
        "This database is an earlier state of the log: it ends after 1203 entries, and entries 1203 to 1309, which were signed, are missing.",
    },
  ],
  lost: [],
  next: "Put the newer database back. If it is lost: portolan backup, then portolan restore into an empty database. A signed entry then says that the record continues from an earlier state.",
};

export const rotateKeyExample: RotateKeyResult = {
  schema: "portolan.evidence-key-rotated/1",
  entry: 1203,
  key: "portolan+2b3c4d5e+AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=",
  fingerprint: "7a0c1d2e3a4b5968".repeat(4),
  previous: { keyId: "1a2b3c4d", fingerprint: "5f0c1d2e3a4b5968".repeat(4), key: "kept" },
  note: "portolan\n1204\nq83vq83vq83vq83vq83vq83vq83vq83vq83vq83vq80=\n\n— portolan GisoAAAA\n— portolan KzxNXgAA\n",
};

export const evidenceOperations = {
  export: exportBundle,
  entries: defineOperation({
    id: "listEntries",
    method: "GET",
    path: "/api/v1/evidence/entries",
    tag: "evidence",
    summary: "List entries of the evidence log, oldest first",
    permission: "evidence:read",
    readsEvidence: true,
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
    readsEvidence: true,
    params: indexParams,
    result: entryResult,
    problems: [404],
    example: { path: { index: "3" }, answer: entryExample },
  }),
  stateProof: defineOperation({
    id: "getStateProof",
    method: "GET",
    path: "/api/v1/evidence/state-proof",
    tag: "evidence",
    summary: "Get a proof that an endpoint was in one state in a sweep",
    description:
      "The proof leads from the state of the one host to the signed checkpoint. It fits in a few kilobytes and shows nothing of other hosts.",
    permission: "evidence:read",
    readsEvidence: true,
    query: stateProofQuery,
    result: stateProofResult,
    problems: [404],
    example: { query: { host: "10.77.0.13", port: "5432" }, answer: stateProofExample },
  }),
  verify: defineOperation({
    id: "verifyEvidence",
    method: "GET",
    path: "/api/v1/evidence/verify",
    tag: "evidence",
    summary: "Verify the evidence log by recomputing it",
    description:
      "Recomputes every entry's hash, the tree and every stored checkpoint, and compares the key of the log and the checkpoints that you hold. With answers=true, compares every row that an answer is made of with the entries that state it.",
    permission: "evidence:read",
    readsEvidence: true,
    query: verifyQuery,
    result: verifyResult,
    example: { query: { answers: "true" }, answer: verifiedExample },
  }),
  checkpoints: defineOperation({
    id: "listCheckpoints",
    method: "GET",
    path: "/api/v1/evidence/checkpoints",
    tag: "evidence",
    summary: "List the signed checkpoints of the evidence log, the largest first",
    permission: "evidence:read",
    readsEvidence: true,
    query: checkpointsQuery,
    result: checkpointsResult,
    example: { query: { size: "1203" }, answer: checkpointsExample },
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
  against: defineOperation({
    id: "compareCheckpoints",
    method: "POST",
    path: "/api/v1/evidence/against",
    tag: "evidence",
    summary: "Compare checkpoints that were published with the evidence log",
    description: "Tells an earlier state of the database, a cut end, a fork and another log apart. Changes nothing.",
    permission: "evidence:read",
    readsEvidence: true,
    bodyLimit: 16 * 1_048_576,
    body: againstBody,
    result: againstResult,
    example: {
      body: { checkpoints: [{ note: checkpointExample.note, from: "checkpoint.txt" }] },
      answer: againstExample,
    },
  }),
  rotateKey: defineOperation({
    id: "rotateKey",
    method: "POST",
    path: "/api/v1/evidence/keys",
    tag: "evidence",
    summary: "Give the evidence log a new key",
    description:
      "Records an entry that the old key and the new one sign. The name of the log stays, and so does what was signed.",
    permission: "evidence:rotate-key",
    idempotent: true,
    body: rotateKeyBody,
    result: rotateKeyResult,
    problems: [409, 422],
    example: { body: { requestedBy: "jane" }, answer: rotateKeyExample },
  }),
};
