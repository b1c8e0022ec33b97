import { z } from "zod";
import { LARGEST_BASELINE, type Principal } from "../../model/index.ts";
import type { RequestOf } from "../define-operation.ts";
import { alsoBy, instant, instantParam, name, resultOf, transport } from "../fields.ts";
import { findingSchema } from "../findings/schemas.ts";
import type { IdempotencyKey } from "../idempotency.ts";

const authorizedPort = z.object({
  selector: z.object({
    asset: z.string().optional(),
    tag: z.string().optional(),
    systemType: z.string().optional(),
    cidr: z.string().optional(),
  }),
  transport,
  ports: z.string(),
  service: z.string().optional(),
  owner: z.string(),
  justification: z.string(),
  controls: z.array(z.string()),
  presence: z.enum(["expected", "optional"]),
  exposure: z.array(z.string()).optional(),
  expires: instant.optional(),
});

const APPROVED_BY = "the user who signed in, or `typed by the operator (account): name`";

/** Who decided: the same fields wherever an approval is shown. */
const approval = {
  approvedBy: z.string().describe(APPROVED_BY),
  approvedAt: instant,
  proposal: z.string().optional().describe("SHA-256 of the approved document; absent in older records"),
  proposedBy: z.string().optional(),
  alsoBy,
};

export const baselineResult = resultOf("baseline", {
  version: z.int(),
  digest: z.string(),
  ...approval,
  authorizedPorts: z.array(authorizedPort),
  document: z.string().describe("the YAML that was approved"),
});

export const baselineHistoryResult = resultOf("baseline-history", {
  versions: z
    .array(
      z.object({
        version: z.int(),
        digest: z.string(),
        ...approval,
        authorizedPorts: z.int(),
        added: z.int().describe("entries that the version before did not have, changed ones included"),
        removed: z.int().describe("entries of the version before that it no longer has, changed ones included"),
      }),
    )
    .describe("latest first"),
});

export const assetPortsResult = resultOf("baseline-asset", {
  asset: z.string(),
  at: instant,
  version: z.int(),
  addresses: z.array(z.string()).describe("of the asset at that instant"),
  ports: z.array(
    authorizedPort.extend({
      ended: z.boolean().describe("true: the authorization had expired by then"),
      since: z
        .object({ version: z.int(), ...approval })
        .describe("the approval that brought this entry, unchanged in every version since"),
    }),
  ),
});

export const proposalResult = resultOf("baseline-proposal", {
  document: z.string().describe("YAML to complete and approve"),
  proposed: z.int().describe("ports added by this proposal: open now and not authorized"),
  kept: z.int().describe("ports already authorized"),
});

/** What an approval would change, and what to check before it. */
const review = {
  onVersion: z.int().describe("the version in force; 0: none"),
  authorizedPorts: z.int(),
  added: z.array(authorizedPort).describe("entries that the version in force does not have, changed ones included"),
  removed: z.array(authorizedPort).describe("entries of the version in force that it no longer has"),
  resolves: z.int().describe("open findings that its approval would resolve"),
  warnings: z
    .array(z.string())
    .describe("selectors that match nothing in the scope, and dates in the past: `file:line:column: problem; remedy`"),
};

const proposal = z.object({
  proposal: z.string().describe("SHA-256 of the document, by which an approval names it"),
  digest: z.string().describe("of its authorized ports"),
  file: z.string(),
  authorizedPorts: z.int(),
  onVersion: z.int().describe("the version that was in force when it was proposed; 0: none"),
  proposedBy: z.string(),
  proposedAt: instant,
  alsoBy,
  approvedAs: z.int().optional().describe("the version that it became; absent: it waits for an approval"),
});

export const submissionResult = resultOf("baseline-submission", { proposal: proposal, ...review });
export const proposalsResult = resultOf("baseline-proposals", {
  proposals: z.array(proposal).describe("newest first"),
});
export const reviewResult = resultOf("baseline-review", {
  proposal: proposal.optional().describe("absent: the document was not proposed"),
  digest: z.string(),
  document: z.string(),
  ...review,
});

export const approvalResult = resultOf("baseline-approval", {
  version: z.int(),
  digest: z.string(),
  ...approval,
  authorizedPorts: z.int(),
  resolved: z.array(findingSchema).describe("findings that this approval resolved"),
});

const document = z.string().max(LARGEST_BASELINE.bytes).describe("the YAML of the port baseline");
const file = z
  .string()
  .min(1)
  .max(1_000)
  .regex(/^\P{Cc}*$/u, "control characters are not allowed")
  .describe("the file name that errors in the document are reported with");
const proposalHash = z
  .string()
  .regex(/^[0-9a-f]{64}$/, "is not a SHA-256 in hexadecimal digits")
  .describe("SHA-256 of the proposed document");

export const documentBody = z.strictObject({ document, file });
export const proposalParams = z.strictObject({ proposal: proposalHash });
export const baselineQuery = z.strictObject({
  at: instantParam.optional().describe("the port baseline in force at that instant; absent: now"),
});
export const assetParams = z.strictObject({ asset: name });

export const approvalBody = z.strictObject({
  proposal: proposalHash.optional().describe("SHA-256 of the proposal to approve; or give `document`"),
  document: document.optional().describe("the document of the proposal, byte for byte; or give `proposal`"),
  file: file.optional(),
  approvedBy: name.optional().describe("the name that the operator types; ignored for a user who signed in"),
});

export type BaselineResult = z.infer<typeof baselineResult>;
export type BaselineHistoryResult = z.infer<typeof baselineHistoryResult>;
export type AssetPortsResult = z.infer<typeof assetPortsResult>;
export type ProposalResult = z.infer<typeof proposalResult>;
export type ProposalView = z.infer<typeof proposal>;
export type SubmissionResult = z.infer<typeof submissionResult>;
export type ProposalsResult = z.infer<typeof proposalsResult>;
export type ReviewResult = z.infer<typeof reviewResult>;
export type ApprovalResult = z.infer<typeof approvalResult>;

/** A proposal to approve: by its hash, or by its document. */
export interface ApprovalRequest extends RequestOf<{ body: typeof approvalBody }> {
  /** The user who signed in; absent: the operator. */
  readonly principal?: Principal | undefined;
  /** The version in force that the approver saw; 0: there was none. Absent: the current one. */
  readonly onVersion?: number | undefined;
  /** The response is stored under this key in the transaction of the approval. */
  readonly idempotencyKey?: IdempotencyKey | undefined;
}
