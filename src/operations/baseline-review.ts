import type { ReviewResult } from "../contract/index.ts";
import {
  baselineDigest,
  baselineInForce,
  differenceOf,
  parseBaselineInTurns,
  questionableEntries,
  type StoredProposal,
} from "../judgement/baseline/index.ts";
import type { AuthorizedPort, Clock } from "../model/index.ts";
import type { Db } from "../platform/storage/index.ts";
import { seenFrom, viewpointsOf, type ResolvedScope } from "../scope/index.ts";
import { answeredFindings } from "./baseline-answers.ts";
import { portView, proposalView } from "./baseline-views.ts";

type Review = Omit<ReviewResult, "schema" | "document" | "proposal">;

/** A document, and the ports that it was read as. */
export interface Reviewed {
  readonly document: string;
  readonly file: string;
  readonly ports: readonly AuthorizedPort[];
}

export async function readReviewed(document: string, file: string): Promise<Reviewed> {
  return { document, file, ports: await parseBaselineInTurns(document, file, { requireComplete: true }) };
}

/** What the approval of this document would change now, and what to check before. Records nothing. */
export async function reviewDocument(
  { db, clock }: { readonly db: Db; readonly clock: Clock },
  resolved: ResolvedScope,
  { document, file, ports }: Reviewed,
): Promise<Review> {
  const now = clock.now();
  const inForce = await baselineInForce(db, now);
  const onVersion = inForce?.version ?? 0;
  const { added, removed } = differenceOf(inForce?.authorizedPorts ?? [], ports);
  const approved = { version: onVersion + 1, approvedAt: now, authorizedPorts: ports };
  let resolves = 0;
  for (const viewpoint of viewpointsOf(resolved.scope)) {
    resolves += (await answeredFindings(db, seenFrom(resolved, viewpoint), approved)).gone.length;
  }
  return {
    digest: baselineDigest(ports),
    onVersion,
    authorizedPorts: ports.length,
    added: added.map(portView),
    removed: removed.map(portView),
    resolves,
    warnings: questionableEntries({ document, file, ports }, resolved, now),
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
