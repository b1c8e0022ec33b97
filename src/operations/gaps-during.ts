import type { Period } from "../model/index.ts";
import type { Db } from "../platform/storage/index.ts";
import { gapsIn, subjectKey, type AssetView, type ViewSubject } from "../record/history/index.ts";
import { viewsDuring } from "./views-during.ts";

/** A subject that was in scope at some time of a period, with the times in which some required endpoint of it was not known. */
export interface SubjectGaps {
  readonly subject: ViewSubject;
  /** Milliseconds in which it was in scope, and in which it was not wholly known. */
  readonly time: number;
  readonly missed: number;
  /** In order, disjoint, never touching. */
  readonly gaps: readonly Period[];
  /** Its addresses and ports, as each version of the scope had them. */
  readonly views: readonly (Period & { readonly view: AssetView })[];
}

/**
 * For everything that was in scope at some time of the period, over its own time. Time before the first scope counts as
 * the first scope's: nobody looked then either. `only` picks subjects.
 */
export async function gapsDuring(
  db: Db,
  query: Period & { readonly vantage?: string | undefined },
  only: (subject: ViewSubject) => boolean = () => true,
): Promise<{ readonly vantage: string; readonly subjects: readonly SubjectGaps[] }> {
  const { vantage, parts } = await viewsDuring(db, query, query.vantage);
  const inScope = new Map<string, SubjectGaps>();
  for (const { from, to, views } of parts) {
    const wanted = views.filter(({ subject }) => only(subject));
    const found = await gapsIn(db, { from, to, vantage, assets: wanted });
    for (const [place, { subject, covered, gaps }] of found.entries()) {
      const view = wanted[place];
      if (view === undefined) continue;
      const key = subjectKey(subject);
      const known = inScope.get(key) ?? { subject, time: 0, missed: 0, gaps: [], views: [] };
      inScope.set(key, {
        subject,
        time: known.time + (to - from),
        missed: known.missed + (1 - covered) * (to - from),
        gaps: joined(known.gaps, gaps),
        views: [...known.views, { from, to, view }],
      });
    }
  }
  return { vantage, subjects: [...inScope.values()] };
}

/** A gap that continues across a change of the scope is one. */
function joined(before: readonly Period[], next: readonly Period[]): Period[] {
  const [first, ...rest] = next;
  const last = before.at(-1);
  if (first === undefined || last?.to !== first.from) return [...before, ...next];
  return [...before.slice(0, -1), { from: last.from, to: first.to }, ...rest];
}
