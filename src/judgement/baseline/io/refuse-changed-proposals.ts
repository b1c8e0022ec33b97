import type { Tx } from "../../../platform/storage/index.ts";
import {
  alteredEntry,
  compareTable,
  entriesOfTypes,
  refuseContradicted,
  signedEntry,
} from "../../../record/evidence/index.ts";
import { proposalBinding, proposalRow } from "./bindings.ts";

/**
 * Before an approval: every proposal of these ports, or of this document, is as it was signed, and none is missing. Who
 * proposed decides who may approve.
 *
 * @throws Fault `evidence-broken` naming the first that is not
 */
export async function refuseChangedProposals(
  tx: Tx,
  of: { readonly digest: string; readonly proposal: string },
): Promise<void> {
  const { table } = proposalBinding;
  const comparison = compareTable(table, [proposalBinding]);
  const wanted = new Set<string>();
  for (const stored of await entriesOfTypes(tx, ["rows-adopted", "baseline-proposed"])) {
    const entry = signedEntry(stored);
    if (entry === undefined) {
      refuseContradicted(alteredEntry(table, "a proposal", stored.index));
      continue;
    }
    const about = comparison.read(entry);
    if (entry.type !== "baseline-proposed") continue;
    const { digest, proposal } = entry.data;
    if (digest === of.digest || proposal === of.proposal) for (const row of about) wanted.add(row);
  }
  const rows = await tx
    .selectFrom("baseline_proposal")
    .selectAll()
    .where((where) => where.or([where("ports_digest", "=", of.digest), where("digest", "=", of.proposal)]))
    .where("document", "is not", null)
    .orderBy("id")
    .execute();
  for (const row of rows) refuseContradicted(comparison.compare(proposalRow(row), proposalBinding)[0]);
  refuseContradicted(comparison.missing().find(({ row }) => wanted.has(row)));
}
