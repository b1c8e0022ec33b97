import type { Entry, Party, PortBaselineVersion, Principal } from "../../../model/index.ts";
import type { Change } from "../../../record/change/index.ts";
import { alsoBy, partiesJson } from "../also-by.ts";

/** Who approved, and the proposal that they approved. */
export interface ApprovedBy {
  /** Undefined, or an operator: the name of the version is text that they typed. */
  readonly principal: Principal | undefined;
  readonly parties: readonly Party[];
  readonly proposal: { readonly id: number | Promise<number>; readonly proposal: string; readonly proposedBy: string };
}

/** Records who approved a version, how they were authenticated, every other person behind it, and who proposed it. */
export function recordApproval(
  change: Change,
  version: PortBaselineVersion,
  { principal, parties, proposal }: ApprovedBy,
): void {
  const { tx, at } = change;
  const through = principal?.kind ?? "operator";
  const entry: Entry = {
    type: "baseline-approved",
    at,
    data: {
      version: version.version,
      digest: version.digest,
      approvedBy: version.approvedBy,
      authorizedPorts: version.authorizedPorts.length,
      through,
      proposal: proposal.proposal,
      proposedBy: proposal.proposedBy,
      user: principal?.user ?? null,
      ...alsoBy(parties),
      parties: partiesJson(parties),
    },
  };
  change.bind(entry, async (index) => {
    await tx
      .insertInto("baseline_approval")
      .values({
        version: version.version,
        approved_at: new Date(version.approvedAt),
        approved_by: version.approvedBy,
        through,
        user_id: principal?.user ?? null,
        entry_index: index,
        proposal_id: await proposal.id,
        parties: JSON.stringify(parties),
      })
      .execute();
  });
  change.notify(entry, { kind: "baseline-approved", subject: { version: version.version } });
}
