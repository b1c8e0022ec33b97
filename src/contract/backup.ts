import { z } from "zod";
import { defineSpecial } from "./define-operation.ts";
import { tablesCompared } from "./evidence/verify.ts";
import { resultOf } from "./fields.ts";

/** The whole record in one file, and the `--json` results of `backup` and `restore`. */

const count = z.int().min(0);
const content = {
  createdAt: z.iso.datetime().describe("RFC 3339, UTC; the backup holds everything committed before this instant"),
  program: z.string().describe("version of Portolan that made the backup"),
  tables: count,
  rows: count,
};

export const backupResult = resultOf("backup", {
  file: z.string(),
  bytes: count,
  ...content,
  log: z.object({ size: count.describe("entries of the evidence log") }),
});

export const restoreResult = resultOf("restore", {
  file: z.string(),
  store: z.enum(["embedded", "postgresql"]),
  ...content,
  log: z.object({
    size: count.describe("entries of the evidence log, all of them verified"),
    checkpoints: count,
    keys: z.array(z.string()).describe("keys that signed the log, as name+id+base64"),
  }),
  compared: tablesCompared.optional().describe("the rows that were compared with the entries of the log"),
  signingKey: z
    .enum(["in place", "missing", "another"])
    .describe(
      "whether keys/evidence.pem is the key that signed this log; without that key, nothing can be added to the log",
    ),
  lost: z
    .object({ from: count, to: count })
    .optional()
    .describe("entries that a published checkpoint covers and this backup does not have; absent: none is known"),
  keyFile: z.string().optional().describe("where that key belongs; the directory exists"),
});

export type BackupResult = z.infer<typeof backupResult>;
export type RestoreResult = z.infer<typeof restoreResult>;

export const backupOperations = {
  /**
   * The whole record at the instant of the call, in the format of `src/record/backup`. A failure ends the iteration.
   */
  make: defineSpecial<() => AsyncIterable<Uint8Array>>()({
    id: "makeBackup",
    method: "GET",
    path: "/api/v1/backup",
    tag: "server",
    summary: "The whole record at this instant, in one file",
    description:
      "The backup holds everything that was committed before the request. Its last line marks it as complete, and portolan restore checks that line first. The backup does not contain the signing key.",
    permission: "backup:make",
    readsEvidence: true,
    result: z.string(),
    answersWith: { description: "gzip-compressed lines of JSON", content: { "application/gzip": z.string() } },
    problems: [503],
    example: { answer: "a backup" },
  }),
};
