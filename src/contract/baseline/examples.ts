import { telnet } from "../findings/examples.ts";
import type {
  ApprovalResult,
  AssetPortsResult,
  BaselineHistoryResult,
  BaselineResult,
  ProposalResult,
  ProposalsResult,
  ProposalView,
  ReviewResult,
  SubmissionResult,
} from "./schemas.ts";

const HASH = "5e".repeat(32);
const approved = {
  approvedBy: "Jane Doe <jane@example.com>",
  approvedAt: "2026-03-01T10:00:00.000Z",
  proposal: HASH,
  proposedBy: "Ada Lovelace <ada@example.com>",
};

const shop: BaselineResult["authorizedPorts"][number] = {
  selector: { systemType: "web-server" },
  transport: "tcp",
  ports: "443",
  service: "https",
  owner: "team-web",
  justification: "public web shop",
  controls: ["WAF"],
  presence: "expected",
  expires: "2027-01-01T00:00:00.000Z",
};

const database: BaselineResult["authorizedPorts"][number] = {
  selector: { asset: "db-1", tag: "pci" },
  transport: "tcp",
  ports: "5432",
  owner: "team-data",
  justification: "order database, reached by the web shop alone",
  controls: [],
  presence: "optional",
};

export const baselineExample: BaselineResult = {
  schema: "portolan.baseline/1",
  version: 2,
  digest: "ef".repeat(32),
  ...approved,
  authorizedPorts: [shop, database],
  document: "version: 1\nauthorizedPorts: []\n",
};

export const baselineHistoryExample: BaselineHistoryResult = {
  schema: "portolan.baseline-history/1",
  versions: [
    { version: 2, digest: baselineExample.digest, ...approved, authorizedPorts: 2, added: 1, removed: 0 },
    {
      version: 1,
      digest: "0c".repeat(32),
      approvedBy: "typed by the operator (root): Jane Doe",
      approvedAt: "2026-02-01T10:00:00.000Z",
      authorizedPorts: 1,
      added: 1,
      removed: 0,
    },
  ],
};

export const assetPortsExample: AssetPortsResult = {
  schema: "portolan.baseline-asset/1",
  asset: "db-1",
  at: "2026-03-14T09:00:00.000Z",
  version: 2,
  addresses: ["10.77.0.3"],
  ports: [{ ...database, ended: false, since: { version: 2, ...approved } }],
};

export const proposalExample: ProposalResult = {
  schema: "portolan.baseline-proposal/1",
  document: 'version: 1\nauthorizedPorts:\n  - asset: web-1\n    port: 80\n    owner: ""\n    justification: ""\n',
  proposed: 1,
  kept: 0,
};

export const proposedExample: ProposalView = {
  proposal: HASH,
  digest: "0a".repeat(32),
  file: "port-baseline.yaml",
  authorizedPorts: 2,
  onVersion: 1,
  proposedBy: approved.proposedBy,
  proposedAt: "2026-02-28T16:00:00.000Z",
};

const review = {
  onVersion: 1,
  authorizedPorts: 2,
  added: [database],
  removed: [],
  resolves: 1,
  warnings: [
    "port-baseline.yaml:9:5: authorizedPorts[1]: no asset in the scope is named db-1 and has the tag pci; correct the selector",
  ],
};

export const submissionExample: SubmissionResult = {
  schema: "portolan.baseline-submission/1",
  proposal: proposedExample,
  ...review,
};

export const proposalsExample: ProposalsResult = {
  schema: "portolan.baseline-proposals/1",
  proposals: [proposedExample],
};

export const reviewExample: ReviewResult = {
  schema: "portolan.baseline-review/1",
  proposal: proposedExample,
  digest: proposedExample.digest,
  document: baselineExample.document,
  ...review,
};

export const approvalExample: ApprovalResult = {
  schema: "portolan.baseline-approval/1",
  version: 3,
  digest: "0a".repeat(32),
  ...approved,
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
