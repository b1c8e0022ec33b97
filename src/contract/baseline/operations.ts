import { z } from "zod";
import { LARGEST_BASELINE } from "../../model/index.ts";
import { defineOperation, defineSpecial } from "../define-operation.ts";
import {
  approvalExample,
  assetPortsExample,
  baselineExample,
  baselineHistoryExample,
  proposalExample,
  proposalsExample,
  proposedExample,
  reviewExample,
  submissionExample,
} from "./examples.ts";
import {
  approvalBody,
  approvalResult,
  assetParams,
  assetPortsResult,
  baselineQuery,
  baselineHistoryResult,
  baselineResult,
  documentBody,
  proposalResult,
  proposalParams,
  proposalsResult,
  reviewResult,
  submissionResult,
  type ApprovalRequest,
  type ApprovalResult,
} from "./schemas.ts";

/** The YAML, with room for JSON's escapes. */
const DOCUMENT_BODY_LIMIT = 2 * LARGEST_BASELINE.bytes;

const tag = "baseline";
const ofDocument = { bodyLimit: DOCUMENT_BODY_LIMIT, body: documentBody };
const documentExample = { document: baselineExample.document, file: "port-baseline.yaml" };

export const baselineOperations = {
  /** The port baseline in force at an instant; a `not-found` fault if none was. */
  get: defineOperation({
    id: "getBaseline",
    method: "GET",
    path: "/api/v1/baseline",
    tag,
    summary: "The port baseline in force, now or at a past instant",
    permission: "record:read",
    query: baselineQuery,
    result: baselineResult,
    problems: [404],
    version: ({ version }) => `baseline-${version}`,
    example: { answer: baselineExample },
  }),
  history: defineOperation({
    id: "listBaselines",
    method: "GET",
    path: "/api/v1/baseline/versions",
    tag,
    summary: "Every port baseline that was approved, with who proposed and who approved it",
    permission: "record:read",
    result: baselineHistoryResult,
    example: { answer: baselineHistoryExample },
  }),
  /** A `not-found` fault without such an asset, or without a port baseline, at that instant. */
  ofAsset: defineOperation({
    id: "getAssetBaseline",
    method: "GET",
    path: "/api/v1/baseline/assets/:asset",
    tag,
    summary: "The ports that were authorized for one asset, each with the approval that brought it",
    permission: "record:read",
    params: assetParams,
    query: baselineQuery,
    result: assetPortsResult,
    problems: [404],
    example: { path: { asset: assetPortsExample.asset }, answer: assetPortsExample },
  }),
  /** A draft names nobody as a proposer yet: the completed document does, when it is submitted. */
  propose: defineOperation({
    id: "proposeBaseline",
    method: "POST",
    path: "/api/v1/baseline/proposals",
    tag,
    summary: "Draft a port baseline from the ports that are open now, as YAML to complete",
    permission: "baseline:propose",
    idempotent: true,
    result: proposalResult,
    problems: [409, 422],
    example: { answer: proposalExample },
  }),
  /** Records a completed document with its proposer. The same person can submit it again without effect. */
  submit: defineOperation({
    id: "submitBaseline",
    method: "POST",
    path: "/api/v1/baseline/submissions",
    tag,
    summary: "Propose a completed port baseline, for another person to approve",
    permission: "baseline:propose",
    ...ofDocument,
    result: submissionResult,
    problems: [409, 413, 415],
    example: { body: documentExample, answer: submissionExample },
  }),
  proposals: defineOperation({
    id: "listBaselineProposals",
    method: "GET",
    path: "/api/v1/baseline/proposals",
    tag,
    summary: "The latest hundred proposals, with their proposers and their approvals",
    permission: "record:read",
    result: proposalsResult,
    example: { answer: proposalsExample },
  }),
  proposal: defineOperation({
    id: "getBaselineProposal",
    method: "GET",
    path: "/api/v1/baseline/proposals/:proposal",
    tag,
    summary: "A proposal, and what its approval would change",
    permission: "record:read",
    params: proposalParams,
    result: reviewResult,
    problems: [404],
    example: { path: { proposal: proposedExample.proposal }, answer: reviewExample },
  }),
  /** Reads a document as an approval would, and records nothing. */
  check: defineOperation({
    id: "checkBaseline",
    method: "POST",
    path: "/api/v1/baseline/checks",
    tag,
    summary: "What the approval of a document would change; records nothing",
    permission: "baseline:propose",
    ...ofDocument,
    result: reviewResult,
    problems: [409, 413, 415],
    example: { body: documentExample, answer: reviewExample },
  }),
  /**
   * An `outdated` fault if `onVersion` is no longer in force; `forbidden` if a person behind the approval is also behind
   * the proposal, or if it is the operator although users exist; `not-found` if the document was not proposed.
   */
  approve: defineSpecial<(request: ApprovalRequest) => Promise<ApprovalResult>>()({
    id: "approveBaseline",
    method: "POST",
    path: "/api/v1/baseline/approvals",
    tag,
    summary: "Approve a proposal, named by its hash or by its document",
    permission: "baseline:approve",
    headers: {
      "if-match": z
        .string()
        .max(200)
        .optional()
        .describe('the ETag of the port baseline that the approver saw; `"baseline-0"` if there was none'),
    },
    body: approvalBody,
    bodyLimit: DOCUMENT_BODY_LIMIT,
    idempotent: true,
    result: approvalResult,
    problems: [404, 409, 412, 413, 415, 422],
    example: {
      headers: { "if-match": '"baseline-1"' },
      body: { proposal: proposedExample.proposal },
      answer: approvalExample,
    },
  }),
};
