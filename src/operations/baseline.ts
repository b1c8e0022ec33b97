import type { BaselineResult, Operations, ProposalResult } from "../contract/index.ts";
import {
  baselineInForce,
  approvedDocument,
  baselineToDecideBy,
  createReadCompleted,
  findProposal,
  latestProposals,
  propose,
  proposedDocument,
  recordDraft,
  serviceName,
} from "../judgement/baseline/index.ts";
import { Fault, inTurns, mapInPieces, type Clock, type Instant, type Principal } from "../model/index.ts";
import type { Db } from "../platform/storage/index.ts";
import { recordChange } from "../record/change/index.ts";
import { openEndpoints } from "../record/history/index.ts";
import type { ResolvedScope } from "../scope/index.ts";
import { assetIndex } from "../watching/sweeps/index.ts";
import { approveProposal, decider, submitProposal } from "./baseline-decisions.ts";
import { assetBaseline, baselineHistory } from "./baseline-history.ts";
import { reviewDocument, reviewResult } from "./baseline-review.ts";
import { decisionView, noBaseline, portView, proposalView } from "./baseline-views.ts";
import type { OperationDeps } from "./operation-deps.ts";
import { refuseFuture } from "./scope-then.ts";

/** The latest proposals of a list. */
const LISTED = 100;

/** The authorized ports: those in force, now and then, proposals, and approvals. */
export function createBaseline(deps: OperationDeps): Operations["baseline"] {
  const { store, clock } = deps;
  const { db } = store;
  const readCompleted = createReadCompleted();
  const resolved = async (): Promise<ResolvedScope> => (await deps.scopeAsRecorded()).resolved;
  const past = (at: Instant | undefined): Instant => {
    if (at !== undefined) refuseFuture([at], clock.now());
    return at ?? clock.now();
  };
  return {
    get: async ({ at }) => await baseline(db, at === undefined ? undefined : past(at), clock),
    history: () => baselineHistory(db),
    ofAsset: async ({ asset, at }) => await assetBaseline(db, asset, past(at)),
    propose: async (_request, by) => await draftBaseline(deps, await resolved(), by),

    async submit({ document, file }, by) {
      const scope = await resolved();
      const completed = await readCompleted(document, file);
      const proposal = await submitProposal(deps, completed, decider(by, deps.user));
      const { digest: _digest, ...review } = await reviewDocument({ db, clock }, scope, completed);
      return { schema: "portolan.baseline-submission/1", proposal: proposalView(proposal), ...review };
    },

    proposals: async () => ({
      schema: "portolan.baseline-proposals/1",
      proposals: (await latestProposals(db, LISTED)).map(proposalView),
    }),

    async proposal({ proposal: hash }) {
      const proposal = await findProposal(db, hash);
      if (proposal === undefined) {
        throw new Fault("not-found", `Nobody proposed a port baseline with the hash ${hash}.`, {
          next: "List the proposals: portolan baseline proposals, or GET /api/v1/baseline/proposals.",
        });
      }
      const document = (await proposedDocument(db, hash)) ?? "";
      const review = await reviewDocument(
        { db, clock },
        await resolved(),
        await readCompleted(document, proposal.file),
      );
      return reviewResult(document, review, proposal);
    },

    check: async ({ document, file }) =>
      reviewResult(
        document,
        await reviewDocument({ db, clock }, await resolved(), await readCompleted(document, file)),
        undefined,
      ),

    approve: async (request) => await approveProposal({ ...deps, readCompleted }, await resolved(), request),
  };
}

/** The port baseline in force at an instant (absent: now), as the surfaces show it. */
async function baseline(db: Db, at: Instant | undefined, clock: Clock): Promise<BaselineResult> {
  const inForce = await baselineInForce(db, at ?? clock.now());
  if (inForce === undefined) throw noBaseline(at);
  return {
    schema: "portolan.baseline/1",
    version: inForce.version,
    digest: inForce.digest,
    ...decisionView(inForce),
    authorizedPorts: await inTurns(mapInPieces(inForce.authorizedPorts, portView)),
    document: await approvedDocument(db, inForce.version),
  };
}

/**
 * Drafts the ports that are open now and not authorized, as a document for a person to complete. A user who has one
 * drafted is recorded; the completed document gets its proposer when it is submitted.
 */
async function draftBaseline(
  { store, clock }: Pick<OperationDeps, "store" | "clock">,
  resolved: ResolvedScope,
  by?: Principal,
): Promise<ProposalResult> {
  const { db } = store;
  const inForce = await baselineToDecideBy(db, clock.now());
  const declaredAt = assetIndex(resolved.assets);
  const open = await openEndpoints(db, { vantage: resolved.scope.vantage, addresses: allAddresses(resolved) });
  const openNow = mapInPieces(open, (endpoint) => {
    const asset = declaredAt(endpoint.address)?.asset;
    return { ...endpoint, asset: asset?.name, systemType: asset?.systemType, tags: asset?.tags };
  });
  const draft = await inTurns(
    propose({
      open: await inTurns(openNow),
      inForce: inForce?.authorizedPorts,
      serviceName,
      now: clock.now(),
      vantage: resolved.scope.vantage,
    }),
  );
  if (by?.user !== undefined) {
    const made = { ...draft, by: by.name, user: by.user };
    await recordChange({ store }, clock.now(), (change) => recordDraft(change, made));
  }
  return { schema: "portolan.baseline-proposal/1", ...draft };
}

function allAddresses(resolved: ResolvedScope) {
  return resolved.targets.reduce((all, { addresses }) => all.union(addresses), resolved.own.subtract(resolved.own));
}
