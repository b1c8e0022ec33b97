import { sql } from "kysely";
import { isPrintable, printable } from "../../../platform/documents/index.ts";
import {
  Fault,
  formatInstant,
  type AuthorizedPort,
  type Instant,
  type Party,
  type PortBaselineVersion,
} from "../../../model/index.ts";
import { holdRule, type Db, type Tx } from "../../../platform/storage/index.ts";
import { shownApprover, typedBy } from "../approver.ts";
import { baselineDigest } from "../digest.ts";
import { isComplete } from "../parse-baseline.ts";
import type { ReadBaseline } from "../read-baseline.ts";

/** A version, and who brought it. */
export type ApprovedBaseline = PortBaselineVersion & Decision;

/** The same without its ports, of which 100,000 take a second to read. */
export type DecidedVersion = Omit<PortBaselineVersion, "authorizedPorts"> & Decision;

interface Decision {
  /** The proposal that it was, by the SHA-256 of its document, and its proposer; undefined in older records. */
  readonly proposal?: string | undefined;
  readonly proposedBy?: string | undefined;
  /** Every person behind the approval; undefined in older records. */
  readonly parties?: readonly Party[] | undefined;
}

export interface Approval extends Pick<ReadBaseline, "document" | "ports"> {
  /** Of the ports, if it is known already. */
  readonly digest?: string | undefined;
  /** Who approves: the name of a person who signed in, or what the operator typed. */
  readonly by: string;
  /** The account of the operating system of an operator; absent for a person who signed in. */
  readonly operator?: string | undefined;
  readonly at: Instant;
}

const LONGEST_NAME = 200;

/**
 * Records a port baseline as the next version, in force from `at` on. Versions are numbered from 1.
 *
 * @throws Fault `config-invalid` when the approver is not named; `conflict` when an entry has no owner or no
 * justification, when the same ports are in force already, or when `at` is before the approval in force.
 */
export async function approve(
  tx: Tx,
  { ports, document, by, operator, at, digest = baselineDigest(ports) }: Approval,
): Promise<ApprovedBaseline> {
  const approvedBy = operator === undefined ? approverName(by) : typedBy(operator, approverName(by));
  refuseIncomplete(ports);
  // A second approval waits here, because it reads the latest version to write the next one; readers do not wait.
  await holdRule(tx, "baseline");
  const latest = await versionInForce(tx);
  if (latest !== undefined) refuseUnlessLater(latest, digest, at);
  const version = (latest?.version ?? 0) + 1;
  await tx
    .insertInto("port_baseline_version")
    .values({
      version,
      digest,
      document,
      authorized_ports: JSON.stringify(ports),
      approved_by: approvedBy,
      approved_at: new Date(at),
    })
    .execute();
  return { version, digest, approvedBy, approvedAt: at, authorizedPorts: ports };
}

/**
 * The port baseline that was in force at an instant: the latest approved by then; of two approved in the same
 * millisecond the higher version. Without an instant, the latest of all. Undefined when none was approved yet.
 */
export async function baselineInForce(db: Db, at?: Instant): Promise<ApprovedBaseline | undefined> {
  return (await readVersions(db, { at, limit: 1 }))[0];
}

/** The same without its ports. */
export async function versionInForce(db: Db, at?: Instant): Promise<DecidedVersion | undefined> {
  return (await selectVersions(db, { at, limit: 1 }, false))[0];
}

/** The document of a version, byte for byte as it was approved. */
export async function approvedDocument(db: Db, version: number): Promise<string> {
  const row = await db
    .selectFrom("port_baseline_version")
    .select("document")
    .where("version", "=", version)
    .executeTakeFirstOrThrow();
  return row.document;
}

/** An approval by a clock that ran ahead is in force since the clock was set back. */
const inForceFrom = sql<Date>`coalesce((
  SELECT min(clock_step.at) FROM clock_step
  WHERE version.version <= clock_step.baseline_version AND clock_step.at < version.approved_at
), version.approved_at)`;

interface WhichVersions {
  readonly at?: Instant | undefined;
  readonly limit?: number | undefined;
}

/** The versions that were approved by an instant, latest first. */
export async function readVersions(db: Db, which: WhichVersions): Promise<ApprovedBaseline[]> {
  const versions = await selectVersions(db, which, true);
  return versions.map((version) => ({ ...version, authorizedPorts: version.authorizedPorts ?? [] }));
}

async function selectVersions(
  db: Db,
  { at, limit }: WhichVersions,
  withPorts: boolean,
): Promise<(DecidedVersion & { readonly authorizedPorts: readonly AuthorizedPort[] | undefined })[]> {
  const rows = await db
    .selectFrom("port_baseline_version as version")
    .leftJoin("baseline_approval as approval", "approval.version", "version.version")
    .leftJoin("baseline_proposal as proposal", "proposal.id", "approval.proposal_id")
    .select([
      "version.version",
      "version.digest",
      "version.approved_by",
      "version.approved_at",
      "approval.through",
      "approval.parties",
      "proposal.digest as proposal",
      "proposal.proposed_by",
    ])
    .$if(withPorts, (query) => query.select("version.authorized_ports"))
    .$if(at !== undefined, (query) => query.where(inForceFrom, "<=", new Date(at ?? 0)))
    .orderBy(inForceFrom, "desc")
    .orderBy("version.version", "desc")
    .$if(limit !== undefined, (query) => query.limit(limit ?? 0))
    .execute();
  return rows.map((row) => ({
    version: row.version,
    digest: row.digest,
    approvedBy: shownApprover(row.approved_by, row.through),
    approvedAt: row.approved_at.getTime(),
    authorizedPorts: row.authorized_ports,
    proposal: row.proposal ?? undefined,
    proposedBy: row.proposed_by ?? undefined,
    parties: row.parties ?? undefined,
  }));
}

function approverName(by: string): string {
  const name = by.trim();
  const next = "Name the person who approves: portolan baseline approve FILE --by NAME.";
  if (name === "") throw new Fault("config-invalid", "The approval does not say who approves.", { next });
  if (name.length > LONGEST_NAME) {
    throw new Fault("config-invalid", `The approver's name is longer than ${LONGEST_NAME} characters.`, { next });
  }
  if (!isPrintable(name)) {
    const message = `The approver's name has control or invisible characters: ${printable(name)}`;
    throw new Fault("config-invalid", message, { next });
  }
  return name;
}

/**
 * The caller has already reported the places (`parseBaseline`); this keeps any caller from approving an incomplete
 * entry.
 */
function refuseIncomplete(ports: readonly AuthorizedPort[]): void {
  const incomplete = ports.flatMap((port, index) => (isComplete(port) ? [] : [`authorizedPorts[${index}]`]));
  if (incomplete.length === 0) return;
  throw new Fault("conflict", `Owner or justification is not written: ${incomplete.join(", ")}`, {
    next: "Write who answers for each port and why it has to be open, or remove the entry; then approve again.",
  });
}

function refuseUnlessLater(latest: DecidedVersion, digest: string, at: Instant): void {
  const which = `version ${latest.version} (approved by ${printable(latest.approvedBy)} at ${formatInstant(latest.approvedAt)})`;
  if (latest.digest === digest) {
    throw new Fault("conflict", `This port baseline is already in force as ${which}.`, {
      next: "There is nothing to approve. Change the file first if something else should be authorized.",
    });
  }
  if (at < latest.approvedAt) {
    throw new Fault(
      "conflict",
      `It is ${formatInstant(at)} by this machine's clock, before the approval of ${which}.`,
      {
        next: "Set the clock right, then approve again: the latest approval is what is in force.",
      },
    );
  }
}
