import type { ReviewResult } from "../contract/index.ts";
import {
  baselineInForce,
  differenceOf,
  questionableEntries,
  type ReadBaseline,
  type StoredProposal,
} from "../judgement/baseline/index.ts";
import { inTurns, mapInPieces, type Clock } from "../model/index.ts";
import type { Db } from "../platform/storage/index.ts";
import { seenFrom, viewpointsOf, type ResolvedScope } from "../scope/index.ts";
import { answeredFindings } from "./baseline-answers.ts";
import { portView, proposalView } from "./baseline-views.ts";

type Review = Omit<ReviewResult, "schema" | "document" | "proposal">;

/** What the approval of this document would change now, and what to check before. Records nothing. */
export async function reviewDocument(
  { db, clock }: { readonly db: Db; readonly clock: Clock },
  resolved: ResolvedScope,
  reviewed: ReadBaseline,
): Promise<Review> {
  const now = clock.now();
  const inForce = await baselineInForce(db, now);
  const onVersion = inForce?.version ?? 0;
  const { ports, digest } = reviewed;
  const { added, removed } = await inTurns(differenceOf(inForce?.authorizedPorts ?? [], ports));
  const approved = { version: onVersion + 1, approvedAt: now, authorizedPorts: ports };
  let resolves = 0;
  for (const viewpoint of viewpointsOf(resolved.scope)) {
    resolves += (await answeredFindings(db, seenFrom(resolved, viewpoint), approved)).gone.length;
  }
  return {
    digest,
    onVersion,
    authorizedPorts: ports.length,
    added: await inTurns(mapInPieces(added, portView)),
    removed: await inTurns(mapInPieces(removed, portView)),
    resolves,
    warnings: await inTurns(questionableEntries(reviewed, resolved, now)),
  };
}

export function reviewResult(document: string, review: Review, proposal: StoredProposal | undefined): ReviewResult {
  return {
    schema: "portolan.baseline-review/1",
    ...(proposal === undefined ? {} : { proposal: proposalView(proposal) }),
    document,
    ...review,
  };
}
