import { z } from "zod";
import { defineSpecial, type RequestOf } from "../define-operation.ts";
import { instant, instantParam, name, resultOf } from "../fields.ts";

/** The evidence of a period as an auditor takes it away. */

export const MOST_BUNDLE_ASSETS = 1_000;

export const bundleQuery = z.strictObject({
  from: instantParam,
  to: instantParam,
  asset: z
    .union([name, z.array(name).max(MOST_BUNDLE_ASSETS)])
    .transform((given) => (Array.isArray(given) ? given : [given]))
    .optional()
    .describe("only this asset, and nothing of other hosts; may be given several times; absent: everything"),
  redactBanners: z
    .enum(["true", "false"])
    .transform((text) => text === "true")
    .optional()
    .describe("leaves out what services answered; the entries still commit to it"),
});

export type BundleRequest = RequestOf<{ query: typeof bundleQuery }>;

export interface ExportedBundle {
  /** A name for the archive: log and period. */
  readonly fileName: string;
  /** A tar archive of the files of the bundle. */
  readonly content: AsyncIterable<Uint8Array>;
}

const count = z.int().min(0);

/** The `--json` result of `evidence export`. */
export const bundleResult = resultOf("evidence-export", {
  directory: z.string(),
  from: instant,
  to: instant,
  assets: z.array(z.string()).describe("empty: all of them"),
  log: z.string().describe("name of the log"),
  files: count,
  bytes: count,
  manifest: z.string().describe("SHA-256 of manifest.json, hex"),
});

export type BundleResult = z.infer<typeof bundleResult>;

/** A failure is a fault before the content begins. */
export const exportBundle = defineSpecial<(request: BundleRequest) => Promise<ExportedBundle>>()({
  id: "exportEvidence",
  method: "GET",
  path: "/api/v1/evidence/export",
  tag: "evidence",
  summary: "Export the evidence of a period, with everything that verifies it",
  description:
    "A folder as a tar archive: the entries of the log with their proofs, the signed checkpoints at both ends, the states that every sweep saw, the documents in force, a signed manifest, and a verifier that needs neither Portolan nor a network.",
  permission: "evidence:read",
  readsEvidence: true,
  query: bundleQuery,
  result: z.string(),
  answersWith: { description: "a tar archive", content: { "application/x-tar": z.string() } },
  problems: [404, 409, 503],
  example: { query: { from: "2026-03-01T00:00:00Z", to: "2026-04-01T00:00:00Z" }, answer: "a bundle" },
});
