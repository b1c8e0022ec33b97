import {
  approve,
  proposalName,
  recordApproval,
  recordProposal,
  type Approval,
  type ApprovedBaseline,
} from "../src/judgement/baseline/index.ts";
import type { Store } from "../src/platform/storage/index.ts";
import { recordChange } from "../src/record/change/index.ts";

/** Proposes and approves a port baseline as the operator, with the entries of both. The log has to be begun. */
export async function approvedVersion(
  store: Pick<Store, "transaction">,
  approval: Approval,
): Promise<ApprovedBaseline> {
  const { ports, document, by, at } = approval;
  return await recordChange({ store }, at, async (change) => {
    const onVersion = 0;
    const proposed = { by, user: undefined, parties: [], document, file: "port-baseline.yaml", ports, onVersion };
    const { id } = recordProposal(change, proposed);
    const version = await approve(change.tx, approval);
    const proposal = { id, proposal: proposalName(document), proposedBy: by };
    recordApproval(change, version, { principal: undefined, parties: [], proposal });
    return version;
  });
}
