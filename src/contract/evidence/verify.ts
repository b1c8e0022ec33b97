import { z } from "zod";
import { instant, resultOf, unsignedLooks } from "../fields.ts";

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

export type ComparedTables = z.infer<typeof tablesCompared>;
export type VerifyResult = z.infer<typeof verifyResult>;
