import { formatInstant } from "../../../model/index.ts";
import { binding, type Binding } from "../../../record/evidence/index.ts";
import { baselineDigest } from "../digest.ts";
import { proposalName } from "./proposal-store.ts";

/** What the entries of the log bind of the port baselines: their content, who proposed and who approved them. */
export const baselineBindings: readonly Binding[] = [
  binding({
    table: "port_baseline_version",
    types: ["baseline-approved"],
    always: true,
    key: ["version"],
    columns: {
      digest: "digest",
      authorizedPorts: "authorized_ports",
      ports: "authorized_ports",
      approvedBy: "approved_by",
      approvedAt: "approved_at",
    },
    states: ({ at, data: { version, digest, approvedBy, authorizedPorts } }) => [
      {
        row: `port baseline ${version}`,
        fields: { digest, authorizedPorts: digest, ports: authorizedPorts, approvedBy, approvedAt: at },
      },
    ],
    async *rows(db) {
      const versions = await db.selectFrom("port_baseline_version").selectAll().orderBy("version").execute();
      for (const { version, digest, authorized_ports: ports, approved_by, approved_at } of versions) {
        yield {
          row: `port baseline ${version}`,
          fields: {
            digest,
            authorizedPorts: baselineDigest(ports),
            ports: ports.length,
            approvedBy: approved_by,
            approvedAt: formatInstant(approved_at.getTime()),
          },
        };
      }
    },
  }),
  binding({
    table: "baseline_approval",
    types: ["baseline-approved"],
    always: true,
    key: ["version"],
    columns: { entry: "entry_index", approvedBy: "approved_by", through: "through" },
    states: ({ index, data: { version, approvedBy, through } }) => [
      { row: `the approval of port baseline ${version}`, fields: { entry: index, approvedBy, through } },
    ],
    async *rows(db) {
      const approvals = await db.selectFrom("baseline_approval").selectAll().orderBy("version").execute();
      for (const { version, approved_by: approvedBy, through, entry_index: entry } of approvals) {
        yield { row: `the approval of port baseline ${version}`, fields: { entry, approvedBy, through } };
      }
    },
  }),
  binding({
    table: "baseline_proposal",
    types: ["baseline-proposed"],
    always: true,
    key: ["entry_index"],
    columns: {
      proposedBy: "proposed_by",
      user: "user_id",
      proposed: "proposed",
      proposal: "digest",
      document: "document",
      portsDigest: "ports_digest",
    },
    states: ({ index, data: { proposedBy, user, proposed, proposal, digest } }) => [
      {
        row: `the proposal of entry ${index}`,
        fields: { proposedBy, user, proposed, proposal, document: proposal, portsDigest: digest },
      },
    ],
    async *rows(db) {
      const proposals = await db.selectFrom("baseline_proposal").selectAll().orderBy("id").execute();
      for (const row of proposals) {
        yield {
          row: `the proposal of entry ${row.entry_index}`,
          fields: {
            proposedBy: row.proposed_by,
            user: row.user_id,
            proposed: row.proposed,
            proposal: row.digest,
            document: row.document === null ? null : proposalName(row.document),
            portsDigest: row.ports_digest,
          },
        };
      }
    },
  }),
];
