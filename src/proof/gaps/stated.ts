import { alsoBy, partiesJson } from "../../judgement/baseline/index.ts";
import { formatInstant, type EntryData } from "../../model/index.ts";
import type { ExplainedStretch } from "./explained.ts";
import type { Decider, GivenExplanation } from "./explanation.ts";

/** An explanation in the words of its entry. */
export function statedExplanation(explanation: number, given: GivenExplanation): EntryData["gap-explained"] {
  const { vantage, gap, cause, text, references, evidence, gaps } = given;
  return {
    ...{
      explanation,
      vantage,
      gap,
      cause,
      text,
      references,
      gaps: statedStretches(gaps),
      evidence: evidenceJson(evidence),
    },
    ...statedDecider(given),
  };
}

export function statedDecider({ by, through, user, parties }: Decider) {
  return { by, through, user: user ?? null, ...alsoBy(parties), parties: partiesJson(parties) };
}

export function evidenceJson(evidence: GivenExplanation["evidence"]): EntryData["gap-explained"]["evidence"] {
  return evidence.map(({ time, share, ...same }) => ({
    ...same,
    ...(time === undefined ? {} : { time }),
    ...(share === undefined ? {} : { share }),
  }));
}

/** Stretches with the same times are one line; lines in the order of time, names in the order of their characters. */
export function statedStretches(gaps: readonly ExplainedStretch[]): EntryData["gap-explained"]["gaps"] {
  const ordered = gaps.toSorted((a, b) => a.from - b.from || a.to - b.to);
  const lines = Map.groupBy(ordered, ({ from, to }) => `${from} ${to}`);
  return [...lines.values()].map((same) => {
    const assets = same.flatMap(({ subject }) => (subject.kind === "asset" ? [subject.name] : [])).sort();
    const undeclaredIn = same.flatMap(({ subject }) => (subject.kind === "undeclared" ? [subject.target] : [])).sort();
    const [{ from, to } = { from: 0, to: 0 }] = same;
    return {
      from: formatInstant(from),
      to: formatInstant(to),
      ...(assets.length === 0 ? {} : { assets }),
      ...(undeclaredIn.length === 0 ? {} : { undeclaredIn }),
    };
  });
}
