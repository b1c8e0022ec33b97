import type { GapExplanationResult, GapExplanationView } from "../contract/index.ts";
import { formatInstant, type Instant, type Period } from "../model/index.ts";
import { alsoBy } from "../judgement/baseline/index.ts";
import { lengthOf } from "../proof/continuity/index.ts";
import { standingOf, type StoredExplanation } from "../proof/gaps/index.ts";
import type { ViewSubject } from "../record/history/index.ts";
import { labelled } from "./views.ts";

export function explanationView(stored: StoredExplanation): GapExplanationView {
  const { id, gap, cause, text, references, by, at, parties, evidence, signedOff } = stored;
  return {
    ...{
      explanation: id,
      gap,
      cause,
      text,
      references: [...references],
      explainedBy: by,
      explainedAt: formatInstant(at),
    },
    ...alsoBy(parties),
    evidence: evidence.map(({ time, share, ...same }) => ({
      ...same,
      ...(time === undefined ? {} : { time }),
      ...(share === undefined ? {} : { share }),
    })),
    ...(signedOff === undefined
      ? {}
      : { signedOff: { by: signedOff.by, at: formatInstant(signedOff.at), ...alsoBy(signedOff.parties) } }),
  };
}

export function explanationResult(stored: StoredExplanation): GapExplanationResult {
  return {
    schema: "portolan.gap-explanation/1",
    ...explanationView(stored),
    vantage: stored.vantage,
    gaps: stored.gaps.map(({ subject, ...period }) => ({ ...labelled(subject), ...periodView(period) })),
  };
}

export function periodView({ from, to }: Period): { from: string; to: string } {
  return { from: formatInstant(from), to: formatInstant(to) };
}

/**
 * Which explanations name a gap of a subject, and how much of it none does. Time before the first scope needs none: nothing
 * was to be scanned.
 */
export function standingView(
  subject: ViewSubject,
  gaps: readonly Period[],
  { explanations, firstScope }: { readonly explanations: readonly StoredExplanation[]; readonly firstScope: Instant },
) {
  const standing = standingOf(subject, sinceScope(gaps, firstScope), explanations);
  const [unexplained, unsigned] = [lengthOf(standing.unexplained), lengthOf(standing.unsigned)];
  return {
    ...(standing.explanations.length === 0 ? {} : { explanations: standing.explanations.map(({ id }) => id) }),
    ...(unexplained === 0 ? {} : { unexplainedSeconds: unexplained / 1_000 }),
    ...(unsigned === 0 ? {} : { unsignedSeconds: unsigned / 1_000 }),
  };
}

export function sinceScope(gaps: readonly Period[], firstScope: Instant): Period[] {
  return gaps.flatMap(({ from, to }) => (to > firstScope ? [{ from: Math.max(from, firstScope), to }] : []));
}

/** The explanations that an answer refers to, if there are any. */
export function referredTo(
  explanations: readonly StoredExplanation[],
  numbers: Iterable<number>,
): { explanations?: GapExplanationView[] } {
  const wanted = new Set(numbers);
  const shown = explanations.filter(({ id }) => wanted.has(id)).map(explanationView);
  return shown.length === 0 ? {} : { explanations: shown };
}
