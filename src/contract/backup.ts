import { z } from "zod";
import { defineSpecial } from "./define-operation.ts";
import { resultOf } from "./fields.ts";

/** The whole record in one file; what `backup` and `restore` print with `--json`. */

const count = z.int().min(0);
const content = {
  createdAt: z.iso.datetime().describe("RFC 3339, UTC; everything that was committed before is in it"),
  program: z.string().describe("version of Portolan that made it"),
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
    size: count.describe("entries of the evidence log; all of them verified"),
    checkpoints: count,
    keys: z.array(z.string()).describe("keys that signed it, as name+id+base64"),
  }),
  signingKey: z
    .enum(["in place", "missing", "another"])
    .describe("whether keys/evidence.pem is the key that signed this log: without it nothing can be added to it"),
});

export type BackupResult = z.infer<typeof backupResult>;
export type RestoreResult = z.infer<typeof restoreResult>;

export const backupOperations = {
  /** The whole record at the instant of the call, in the form of `src/record/backup`. What goes wrong ends the iteration. */
  make: defineSpecial<() => AsyncIterable<Uint8Array>>()({
    id: "makeBackup",
    method: "GET",
    path: "/api/v1/backup",
    tag: "server",
    summary: "The whole record at this instant, in one file",
    description:
      "Everything that was committed before the request is in it. It is whole when its last line says so, which portolan restore checks first. The signing key is not in it.",
    permission: "backup:make",
    result: z.string(),
    answersWith: { description: "gzip over lines of JSON", content: { "application/gzip": z.string() } },
    problems: [503],
    example: { answer: "a backup" },
  }),
};
