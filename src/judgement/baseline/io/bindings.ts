import type { Selectable } from "kysely";
import { formatInstant } from "../../../model/index.ts";
import { binding, type Binding, type Row } from "../../../record/evidence/index.ts";
import type { Tables } from "../../../platform/storage/index.ts";
import { partiesJson } from "../also-by.ts";
import { baselineDigest } from "../digest.ts";
import { proposalName } from "../read-baseline.ts";

/** The content of a version. Its document is the proposal's, which older entries do not name. */
export const versionBinding = binding({
  table: "port_baseline_version",
  types: ["baseline-approved"],
  always: true,
  key: ["version"],
  columns: {
    digest: "digest",
    authorizedPorts: "authorized_ports",
    ports: "authorized_ports",
    document: "document",
    approvedBy: "approved_by",
    approvedAt: "approved_at",
  },
  states: ({ at, data: { version, digest, approvedBy, authorizedPorts, proposal } }) => [
    {
      row: versionName(version),
      fields: {
        digest,
        authorizedPorts: digest,
        ports: authorizedPorts,
        document: proposal,
        approvedBy,
        approvedAt: at,
      },
    },
  ],
  async *rows(db) {
    const versions = await db.selectFrom("port_baseline_version").selectAll().orderBy("version").execute();
    yield* versions.map(versionRow);
  },
});

/** A version in the words of its entry, its digests recomputed from its content. */
export function versionRow(row: Selectable<Tables["port_baseline_version"]>): Row {
  return {
    row: versionName(row.version),
    fields: {
      digest: row.digest,
      authorizedPorts: baselineDigest(row.authorized_ports),
      ports: row.authorized_ports.length,
      document: proposalName(row.document),
      approvedBy: row.approved_by,
      approvedAt: formatInstant(row.approved_at.getTime()),
    },
  };
}

export function versionName(version: number): string {
  return `port baseline ${version}`;
}

/** Who approved a version, and the proposal that it was. */
export const approvalBinding = binding({
  table: "baseline_approval",
  types: ["baseline-approved"],
  always: true,
  key: ["version"],
  columns: {
    entry: "entry_index",
    approvedAt: "approved_at",
    approvedBy: "approved_by",
    through: "through",
    user: "user_id",
    parties: "parties",
    proposal: ["proposal_id", "baseline_proposal.digest"],
    proposedBy: ["proposal_id", "baseline_proposal.proposed_by"],
  },
  states: ({ index, at, data: { version, approvedBy, through, user, parties, proposal, proposedBy } }) => [
    {
      row: `the approval of port baseline ${version}`,
      fields: { entry: index, approvedAt: at, approvedBy, through, user, parties, proposal, proposedBy },
    },
  ],
  async *rows(db) {
    const approvals = await db
      .selectFrom("baseline_approval as approval")
      .leftJoin("baseline_proposal as proposal", "proposal.id", "approval.proposal_id")
      .selectAll("approval")
      .select(["proposal.digest as proposal", "proposal.proposed_by"])
      .orderBy("approval.version")
      .execute();
    for (const row of approvals) {
      yield {
        row: `the approval of port baseline ${row.version}`,
        fields: {
          entry: row.entry_index,
          approvedAt: formatInstant(row.approved_at.getTime()),
          approvedBy: row.approved_by,
          through: row.through,
          user: row.user_id,
          parties: row.parties === null ? null : partiesJson(row.parties),
          proposal: row.proposal,
          proposedBy: row.proposed_by,
        },
      };
    }
  },
});

/** Drafts, and completed documents that wait for an approval or got one. */
export const proposalBinding = binding({
  table: "baseline_proposal",
  types: ["baseline-proposed"],
  always: true,
  key: ["entry_index"],
  columns: {
    proposedAt: "proposed_at",
    proposedBy: "proposed_by",
    user: "user_id",
    proposed: "proposed",
    proposal: "digest",
    document: "document",
    portsDigest: "ports_digest",
    file: "file",
    onVersion: "on_version",
    parties: "parties",
  },
  needsNone: { id: "approvals name it by its hash and its proposer; it only orders proposals, as their entries do" },
  states: ({ index, at, data: { proposedBy, user, proposed, proposal, digest, draft, file, onVersion, parties } }) => [
    {
      row: `the proposal of entry ${index}`,
      fields: {
        proposedAt: at,
        proposedBy,
        user,
        proposed,
        proposal: proposal ?? draft,
        document: proposal ?? null,
        portsDigest: digest ?? null,
        file: file ?? (proposal === undefined ? null : undefined),
        onVersion: onVersion ?? (proposal === undefined ? null : undefined),
        parties: parties ?? (proposal === undefined ? null : undefined),
      },
    },
  ],
  async *rows(db) {
    const proposals = await db.selectFrom("baseline_proposal").selectAll().orderBy("id").execute();
    yield* proposals.map(proposalRow);
  },
});

export function proposalRow(row: Selectable<Tables["baseline_proposal"]>): Row {
  return {
    row: `the proposal of entry ${row.entry_index}`,
    fields: {
      proposedAt: formatInstant(row.proposed_at.getTime()),
      proposedBy: row.proposed_by,
      user: row.user_id,
      proposed: row.proposed,
      proposal: row.digest,
      document: row.document === null ? null : proposalName(row.document),
      portsDigest: row.ports_digest,
      file: row.file,
      onVersion: row.on_version,
      parties: row.parties === null ? null : partiesJson(row.parties),
    },
  };
}

/** What the entries of the log bind of the port baselines: their content, who proposed and who approved them. */
export const baselineBindings: readonly Binding[] = [versionBinding, approvalBinding, proposalBinding];
