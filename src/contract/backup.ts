import { z } from "zod";

/** What `backup` and `restore` print with `--json`. */

const count = z.int().min(0);
const content = {
  createdAt: z.iso.datetime().describe("RFC 3339, UTC; everything that was committed before is in it"),
  program: z.string().describe("version of Portolan that made it"),
  tables: count,
  rows: count,
};

export const backupResult = z.object({
  schema: z.literal("portolan.backup/1"),
  file: z.string(),
  bytes: count,
  ...content,
  log: z.object({ size: count.describe("entries of the evidence log") }),
});

export const restoreResult = z.object({
  schema: z.literal("portolan.restore/1"),
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
