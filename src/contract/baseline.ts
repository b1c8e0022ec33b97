import { z } from "zod";
import type { Principal } from "../model/index.ts";
import { defineOperation, defineSpecial, type RequestOf } from "./define-operation.ts";
import { instant, name, resultOf, transport } from "./fields.ts";
import { telnet } from "./findings/examples.ts";
import { findingSchema } from "./findings/schemas.ts";
import type { IdempotencyKey } from "./idempotency.ts";

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

export const baselineResult = resultOf("baseline", {
  version: z.int(),
  digest: z.string(),
  approvedBy: z.string(),
  approvedAt: instant,
  authorizedPorts: z.array(authorizedPort),
  document: z.string().describe("the YAML that was approved"),
});

export const proposalResult = resultOf("baseline-proposal", {
  document: z.string().describe("YAML to complete and approve"),
  proposed: z.int().describe("ports added by this proposal: open now and not authorized"),
  kept: z.int().describe("ports already authorized"),
});

export const approvalResult = resultOf("baseline-approval", {
  version: z.int(),
  digest: z.string(),
  approvedBy: z.string(),
  approvedAt: instant,
  authorizedPorts: z.int(),
  resolved: z.array(findingSchema).describe("findings that this approval resolved"),
});

export const approvalBody = z.strictObject({
  document: z.string().max(1_048_576).describe("the YAML of the port baseline"),
  file: z.string().min(1).max(1_000).describe("the file name that errors in the document are reported with"),
  approvedBy: name,
});

export type BaselineResult = z.infer<typeof baselineResult>;
export type ProposalResult = z.infer<typeof proposalResult>;
export type ApprovalResult = z.infer<typeof approvalResult>;

/** A completed port baseline. */
export interface ApprovalRequest extends RequestOf<{ body: typeof approvalBody }> {
  /** The user who signed in; absent: the operator. */
  readonly principal?: Principal | undefined;
  /** The version in force that the approver saw; 0: there was none. Absent: the current one. */
  readonly onVersion?: number | undefined;
  /** The response is stored under this key in the transaction of the approval. */
  readonly idempotencyKey?: IdempotencyKey | undefined;
}

export const baselineExample: BaselineResult = {
  schema: "portolan.baseline/1",
  version: 2,
  digest: "ef".repeat(32),
  approvedBy: "Jane Doe",
  approvedAt: "2026-03-01T10:00:00.000Z",
  authorizedPorts: [
    {
      selector: { systemType: "web-server" },
      transport: "tcp",
      ports: "443",
      service: "https",
      owner: "team-web",
      justification: "public web shop",
      controls: ["WAF"],
      presence: "expected",
      expires: "2027-01-01T00:00:00.000Z",
    },
    {
      selector: { asset: "db-1", tag: "pci" },
      transport: "tcp",
      ports: "5432",
      owner: "team-data",
      justification: "order database, reached by the web shop alone",
      controls: [],
      presence: "optional",
    },
  ],
  document: "version: 1\nauthorizedPorts: []\n",
};

export const proposalExample: ProposalResult = {
  schema: "portolan.baseline-proposal/1",
  document: 'version: 1\nauthorizedPorts:\n  - asset: web-1\n    port: 80\n    owner: ""\n    justification: ""\n',
  proposed: 1,
  kept: 0,
};

export const approvalExample: ApprovalResult = {
  schema: "portolan.baseline-approval/1",
  version: 3,
  digest: "0a".repeat(32),
  approvedBy: "Jane Doe",
  approvedAt: "2026-03-14T09:00:00.000Z",
  authorizedPorts: 4,
  resolved: [
    {
      ...telnet,
      status: "resolved",
      resolvedAt: "2026-03-14T09:00:00.000Z",
      resolution: "authorized by port baseline version 3",
    },
  ],
};

/** One megabyte of YAML, with room for JSON's escapes. */
const APPROVAL_LIMIT = 4 * 1_048_576;

export const baselineOperations = {
  /** The port baseline in force; a `not-found` fault if none was ever approved. */
  get: defineOperation({
    id: "getBaseline",
    method: "GET",
    path: "/api/v1/baseline",
    tag: "baseline",
    summary: "The port baseline in force",
    permission: "record:read",
    result: baselineResult,
    problems: [404],
    version: ({ version }) => `baseline-${version}`,
    example: { answer: baselineExample },
  }),
  /** A known proposer cannot approve the proposal. */
  propose: defineOperation({
    id: "proposeBaseline",
    method: "POST",
    path: "/api/v1/baseline/proposals",
    tag: "baseline",
    summary: "Propose a port baseline from the ports that are open now, as YAML to complete",
    permission: "baseline:propose",
    idempotent: true,
    result: proposalResult,
    problems: [409, 422],
    example: { answer: proposalExample },
  }),
  /** An `outdated` fault if `onVersion` is no longer in force. */
  approve: defineSpecial<(request: ApprovalRequest) => Promise<ApprovalResult>>()({
    id: "approveBaseline",
    method: "POST",
    path: "/api/v1/baseline/approvals",
    tag: "baseline",
    summary: "Approve a completed port baseline",
    permission: "baseline:approve",
    headers: {
      "if-match": z
        .string()
        .max(200)
        .optional()
        .describe('the ETag of the port baseline that the approver saw; `"baseline-0"` if there was none'),
    },
    body: approvalBody,
    bodyLimit: APPROVAL_LIMIT,
    idempotent: true,
    result: approvalResult,
    problems: [409, 412, 413, 415, 422],
    example: {
      headers: { "if-match": '"baseline-1"' },
      body: { document: baselineExample.document, file: "port-baseline.yaml", approvedBy: "Jane Doe" },
      answer: approvalExample,
    },
  }),
};
