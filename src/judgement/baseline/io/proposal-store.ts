import type { Entry, Instant, Party } from "../../../model/index.ts";
import type { Db } from "../../../platform/storage/index.ts";
import type { Change } from "../../../record/change/index.ts";
import { baselineDigest } from "../digest.ts";
import { alsoBy, partiesJson } from "../also-by.ts";
import { proposalName, type ReadBaseline } from "../read-baseline.ts";

/** A completed port baseline that waits for an approval, or was approved. */
export interface StoredProposal {
  readonly id: number;
  /** SHA-256 (hex) of the document: the name of the proposal. */
  readonly proposal: string;
  readonly file: string;
  /** Of its authorized ports. */
  readonly digest: string;
  readonly authorizedPorts: number;
  /** The version that was in force when it was proposed; 0: none. */
  readonly onVersion: number;
  readonly proposedAt: Instant;
  readonly proposedBy: string;
  /** The account; undefined for the operator. */
  readonly user: string | undefined;
  readonly parties: readonly Party[];
  /** The version that it became. */
  readonly approvedAs: number | undefined;
}

/** The one who proposes: their name in the record, their account, and every person behind them. */
interface Proposer {
  readonly by: string;
  readonly user: string | undefined;
  readonly parties: readonly Party[];
}

/** Records that a user had the open ports written as a draft. A draft is not a proposal: nobody can approve it. */
export function recordDraft(
  change: Change,
  {
    by,
    user,
    document,
    proposed,
  }: Omit<Proposer, "parties"> & { readonly document: string; readonly proposed: number },
): void {
  const { tx, at } = change;
  const draft = proposalName(document);
  const entry: Entry = { type: "baseline-proposed", at, data: { proposedBy: by, user: user ?? null, proposed, draft } };
  change.bind(entry, async (index) => {
    await tx
      .insertInto("baseline_proposal")
      .values({
        proposed_at: new Date(at),
        proposed_by: by,
        user_id: user ?? null,
        digest: draft,
        proposed,
        entry_index: index,
        document: null,
        file: null,
        ports_digest: null,
        on_version: null,
        parties: null,
      })
      .execute();
  });
}

/** A completed document, with the ports that it was read as. */
export interface Proposed extends Proposer, Pick<ReadBaseline, "document" | "file" | "ports"> {
  /** Of the ports, if it is known already. */
  readonly digest?: string | undefined;
  readonly onVersion: number;
}

/** Records a proposal with its content. `id` resolves when the change writes its row. */
export function recordProposal(change: Change, proposed: Proposed): { readonly id: Promise<number> } {
  const { tx, at } = change;
  const { by, user, parties, document, file, ports, digest = baselineDigest(ports), onVersion } = proposed;
  const proposal = proposalName(document);
  const { promise: id, resolve } = Promise.withResolvers<number>();
  const data = {
    proposedBy: by,
    user: user ?? null,
    proposed: ports.length,
    proposal,
    digest,
    file,
    onVersion,
    ...alsoBy(parties),
    parties: partiesJson(parties),
  };
  const entry: Entry = { type: "baseline-proposed", at, data };
  change.bind(entry, async (index) => {
    const row = await tx
      .insertInto("baseline_proposal")
      .values({
        proposed_at: new Date(at),
        proposed_by: by,
        user_id: user ?? null,
        digest: proposal,
        proposed: ports.length,
        entry_index: index,
        document,
        file,
        ports_digest: digest,
        on_version: onVersion,
        parties: JSON.stringify(parties),
      })
      .returning("id")
      .executeTakeFirstOrThrow();
    resolve(row.id);
  });
  return { id };
}

/** The first proposal of this document; undefined if nobody proposed it. */
export async function findProposal(db: Db, proposal: string): Promise<StoredProposal | undefined> {
  return (await readProposals(db, { proposal }))[0];
}

/** The document of a proposal; undefined if nobody proposed it. */
export async function proposedDocument(db: Db, proposal: string): Promise<string | undefined> {
  const row = await db
    .selectFrom("baseline_proposal")
    .select("document")
    .where("digest", "=", proposal)
    .where("document", "is not", null)
    .limit(1)
    .executeTakeFirst();
  return row?.document ?? undefined;
}

/** Every proposal of exactly these ports, however their documents are written. */
export async function proposalsOf(db: Db, digest: string): Promise<StoredProposal[]> {
  return await readProposals(db, { digest });
}

/** The latest proposals, newest first. */
export async function latestProposals(db: Db, limit: number): Promise<StoredProposal[]> {
  return await readProposals(db, { limit });
}

async function readProposals(
  db: Db,
  { proposal, digest, limit }: { proposal?: string; digest?: string; limit?: number },
): Promise<StoredProposal[]> {
  const rows = await db
    .selectFrom("baseline_proposal as proposal")
    .leftJoin("baseline_approval as approval", "approval.proposal_id", "proposal.id")
    .select([
      "proposal.id",
      "proposal.digest",
      "proposal.file",
      "proposal.ports_digest",
      "proposal.proposed",
      "proposal.on_version",
      "proposal.proposed_at",
      "proposal.proposed_by",
      "proposal.user_id",
      "proposal.parties",
      "approval.version as approved_as",
    ])
    .where("proposal.document", "is not", null)
    .$if(proposal !== undefined, (query) => query.where("proposal.digest", "=", proposal ?? ""))
    .$if(digest !== undefined, (query) => query.where("proposal.ports_digest", "=", digest ?? ""))
    .orderBy("proposal.id", limit === undefined ? "asc" : "desc")
    .$if(limit !== undefined, (query) => query.limit(limit ?? 0))
    .execute();
  return rows.map((row) => ({
    id: row.id,
    proposal: row.digest ?? "",
    file: row.file ?? "",
    digest: row.ports_digest ?? "",
    authorizedPorts: row.proposed,
    onVersion: row.on_version ?? 0,
    proposedAt: row.proposed_at.getTime(),
    proposedBy: row.proposed_by,
    user: row.user_id ?? undefined,
    parties: row.parties ?? [],
    approvedAs: row.approved_as ?? undefined,
  }));
}
