import type { VantagePoint } from "../model/index.ts";
import { quoted, suggest, type DocumentProblem } from "../platform/documents/index.ts";
import type { VantagePointDocument } from "./config-schema.ts";

/** The vantage points as they are written, in order; each name once, each target one that is declared. */
export function readVantagePoints(
  written: readonly VantagePointDocument[],
  targets: readonly string[],
  problems: DocumentProblem[],
): VantagePoint[] {
  const seen = new Set<string>();
  return written.map(({ name, kind, targets: looked, cadence }, index) => {
    if (seen.has(name)) {
      problems.push({
        path: ["vantagePoints", index, "name"],
        problem: `the vantage point ${quoted(name)} is declared twice`,
        fix: "give it another name, or make one of the two",
      });
    }
    seen.add(name);
    for (const [place, target] of (looked ?? []).entries()) {
      if (targets.includes(target)) continue;
      const near = suggest(target, targets);
      problems.push({
        path: ["vantagePoints", index, "targets", place],
        problem: `no target is named ${quoted(target)}`,
        fix: near === undefined ? "name a target of this file" : `did you mean ${quoted(near)}?`,
      });
    }
    return {
      name,
      kind,
      ...(looked === undefined ? {} : { targets: [...new Set(looked)] }),
      ...(cadence === undefined ? {} : { cadence }),
    };
  });
}
