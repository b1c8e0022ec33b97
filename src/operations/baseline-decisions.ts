import { anyUser, partiesOf, personOf } from "../access/index.ts";
import type { ApprovalRequest, ApprovalResult } from "../contract/index.ts";
import {
  approve,
  versionToDecideOn,
  findProposal,
  proposalsOf,
  recordApproval,
  recordProposal,
  refuseChangedProposals,
  samePerson,
  proposedDocument,
  type ReadBaseline,
  type StoredProposal,
} from "../judgement/baseline/index.ts";
import { Fault, formatInstant, ROLES, type Finding, type Instant, type Party, type Principal } from "../model/index.ts";
import { storeAnswer } from "../platform/idempotency/index.ts";
import type { Db } from "../platform/storage/index.ts";
import { recordChange, type Change } from "../record/change/index.ts";
import { seenFrom, viewpointsOf, type ResolvedScope } from "../scope/index.ts";
import { answerFindings } from "./baseline-answers.ts";
import { decisionView } from "./baseline-views.ts";
import type { OperationDeps } from "./operation-deps.ts";
import { findingView } from "./views.ts";

type DecisionDeps = Pick<OperationDeps, "store" | "clock" | "key" | "user">;

type ReadCompleted = (document: string, file: string) => Promise<ReadBaseline>;

/** A proposal whose row is perhaps written only at the end of the change. */
type Proposal = Omit<StoredProposal, "id"> & { readonly id: number | Promise<number> };

/** The caller, or the operator under the account of the operating system that this process runs under. */
export function decider(by: Principal | undefined, account: string): Principal {
  if (by !== undefined && by.kind !== "operator") return by;
  return { kind: "operator", name: `the operator (${account})`, roles: ROLES };
}

/**
 * Records a completed document as a proposal of its bringer. A person who submits the same document again gets the
 * proposal that is already waiting.
 */
export async function submitProposal(deps: DecisionDeps, completed: ReadBaseline, by: Principal): Promise<Proposal> {
  const { digest, proposal } = completed;
  const at = deps.clock.now();
  return await recordChange(deps, at, async (change) => {
    const { tx } = change;
    const inForce = await versionToDecideOn(tx);
    if (inForce?.digest === digest) throw alreadyInForce(inForce.version);
    const own = (await proposalsOf(tx, digest)).find(
      ({ proposal: known, approvedAs, user }) => known === proposal && approvedAs === undefined && user === by.user,
    );
    if (own !== undefined) return own;
    return await propose(change, completed, by, inForce?.version ?? 0);
  });
}

async function propose(change: Change, completed: ReadBaseline, by: Principal, onVersion: number): Promise<Proposal> {
  const { tx, at } = change;
  const { file, ports, digest, proposal } = completed;
  const parties = await partiesOf(tx, by, at);
  const { id } = recordProposal(change, { ...completed, by: by.name, user: by.user, parties, onVersion });
  return {
    id,
    proposal,
    file,
    digest,
    authorizedPorts: ports.length,
    onVersion,
    proposedAt: at,
    proposedBy: by.name,
    user: by.user,
    parties,
    approvedAs: undefined,
  };
}

/**
 * Approves a proposal as the next version and resolves the findings that it authorizes, in one transaction. An open
 * port that it does not authorize becomes a finding at the next sweep, after a second probe.
 */
export async function approveProposal(
  { readCompleted, ...deps }: DecisionDeps & { readonly readCompleted: ReadCompleted },
  resolved: ResolvedScope,
  request: ApprovalRequest,
): Promise<ApprovalResult> {
  // Read before the transaction: nobody else can use the embedded database during one.
  const completed = await completedBaseline(deps.store.db, request, readCompleted);
  const by = decider(request.principal, deps.user);
  const isOperator = by.kind === "operator";
  const at = deps.clock.now();
  return await recordChange(deps, at, async (change) => {
    const { tx } = change;
    if (isOperator && (await anyUser(tx))) throw operatorAmongUsers();
    await versionToDecideOn(tx);
    const proposal = await proposalToApprove(change, completed, by);
    await refuseChangedProposals(tx, proposal);
    const parties = await partiesOf(tx, by, at);
    if (!isOperator) await refuseOwn(tx, by, parties, proposal.digest);
    const version = await approve(tx, {
      ...completed,
      by: isOperator ? (request.approvedBy ?? "") : by.name,
      ...(isOperator ? { operator: deps.user } : {}),
      at,
    });
    refuseOutdated(request.onVersion, version.version - 1);
    recordApproval(change, version, { principal: by, parties, proposal });
    const ended: Finding[] = [];
    for (const viewpoint of viewpointsOf(resolved.scope)) {
      ended.push(...(await answerFindings(change, seenFrom(resolved, viewpoint), version)).resolved);
    }
    const result: ApprovalResult = {
      schema: "portolan.baseline-approval/1",
      version: version.version,
      digest: version.digest,
      ...decisionView({ ...version, proposal: proposal.proposal, proposedBy: proposal.proposedBy, parties }),
      authorizedPorts: version.authorizedPorts.length,
      resolved: ended.map(findingView),
    };
    if (request.idempotencyKey !== undefined) await storeAnswer(tx, request.idempotencyKey, JSON.stringify(result), at);
    return result;
  });
}

/** The document of the request, or the recorded one that it names. */
async function completedBaseline(
  db: Db,
  { document, file = "the document", proposal }: ApprovalRequest,
  readCompleted: ReadCompleted,
): Promise<ReadBaseline> {
  if ((document === undefined) === (proposal === undefined)) {
    throw new Fault("config-invalid", "An approval names one proposal: by its hash, or by its document.", {
      place: "proposal",
      next: "Give either the hash that portolan baseline submit printed, or the file that was submitted.",
    });
  }
  if (document !== undefined) return await readCompleted(document, file);
  const hash = proposal ?? "";
  const [found, recorded] = [await findProposal(db, hash), await proposedDocument(db, hash)];
  if (found !== undefined && recorded !== undefined) return await readCompleted(recorded, found.file);
  throw new Fault("not-found", `Nobody proposed a port baseline with the hash ${hash}.`, {
    next: "List the proposals: portolan baseline proposals.",
  });
}

/**
 * The recorded proposal of a document. One that nobody proposed is proposed by its bringer: the operator of an
 * installation without users can approve it, a person who signed in cannot, because it would be their own.
 */
async function proposalToApprove(change: Change, completed: ReadBaseline, by: Principal): Promise<Proposal> {
  const found = await findProposal(change.tx, completed.proposal);
  if (found !== undefined) return found;
  if (by.kind === "operator") {
    const inForce = await versionToDecideOn(change.tx);
    return await propose(change, completed, by, inForce?.version ?? 0);
  }
  throw new Fault("forbidden", "Nobody proposed this document, so it would be proposed and approved by you alone.", {
    place: completed.file,
    next: "Have it proposed with portolan baseline submit; then another person approves it by its hash.",
  });
}

/**
 * Nobody approves ports that they proposed themselves: not after other approvals, not from another account, and
 * not if they only made the link or the key with which it was proposed or is approved.
 */
async function refuseOwn(db: Db, by: Principal, approving: readonly Party[], digest: string): Promise<void> {
  for (const proposal of await proposalsOf(db, digest)) {
    // Two accounts may have become one person's since the proposal.
    const now = proposal.user === undefined ? [] : [{ ...selfOf(proposal), person: await personOf(db, proposal.user) }];
    const same = samePerson(approving, [...proposal.parties, ...now]);
    if (same === undefined) continue;
    const proposed = `${proposal.proposedBy} proposed it on ${formatInstant(proposal.proposedAt)}`;
    const via = (party: Party, act: string): string =>
      party.through === "account"
        ? ""
        : ` ${party.name} made the ${party.through === "link" ? "password link" : "key"} with which it ${act}.`;
    const whose = same.approving.through === "account" && same.proposing.name === by.name ? "You" : "The same person";
    const message = `${whose} would have proposed and approved this port baseline: ${proposed}.${via(same.proposing, "was proposed")}${via(same.approving, "would be approved")}`;
    throw new Fault("forbidden", message, {
      next:
        same.approving.through === "link"
          ? `Ask another approver. A password link counts as its maker's for a day: until ${dayAfter(same.approving.since)}.`
          : "Ask another approver, with an account of their own.",
    });
  }
}

function selfOf({ proposedBy, user = "" }: StoredProposal): Party {
  return { person: user, name: proposedBy, through: "account" };
}

function dayAfter(since: Instant | undefined): string {
  return formatInstant((since ?? 0) + 24 * 60 * 60_000);
}

function operatorAmongUsers(): Fault {
  return new Fault("forbidden", "Users exist, so an approval is by a person who signed in, not by the operator.", {
    next: "Sign in as an approver: portolan login, or the page /baseline of the server. portolan users list shows who is one.",
  });
}

function alreadyInForce(version: number): Fault {
  return new Fault("conflict", `This port baseline is already in force as version ${version}.`, {
    next: "There is nothing to propose. Change the file first if something else should be authorized.",
  });
}

function refuseOutdated(seen: number | undefined, inForce: number): void {
  if (seen === undefined || seen === inForce) return;
  const what = inForce === 0 ? "no port baseline is in force" : `version ${inForce} of the port baseline is in force`;
  throw new Fault("outdated", `This decision was based on version ${seen}, but ${what}.`, {
    next: "Review the port baseline in force, then decide again.",
  });
}
