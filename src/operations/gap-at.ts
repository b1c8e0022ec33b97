import { Fault, formatInstant, type Instant, type Period } from "../model/index.ts";
import type { Db } from "../platform/storage/index.ts";
import { parseGapName, type NamedGap } from "../proof/gaps/index.ts";
import { subjectKey, type AssetView, type ViewSubject } from "../record/history/index.ts";
import { firstScopeAt } from "../scope/index.ts";
import { gapsDuring } from "./gaps-during.ts";
import { noSuchAsset } from "./scope-then.ts";
import { labelOf } from "./views.ts";

/** Windows in which the end of a gap is looked for: most gaps are short, and a year takes a second. */
const WINDOWS = [1, 8, 64, 512, 4_096].map((days) => days * 86_400_000);

/** A gap that somebody named, with the views of its subject. */
export interface FoundGap extends NamedGap, Period {
  /** It is still open: its end is now. */
  readonly goesOn: boolean;
  readonly views: readonly (Period & { readonly view: AssetView })[];
}

/**
 * The gap of this name. A name from an answer that begins within the gap names the rest of it.
 *
 * @throws Fault `not-found` if its subject was not in scope then, or if everything was known then
 */
export async function gapAt(db: Db, name: string, now: Instant): Promise<FoundGap> {
  const named = parseGapName(name);
  const { vantage, subject, from } = named;
  if (from >= now) throw noGap(named);
  const only = onlySubject(subject);
  for (const [place, length] of WINDOWS.entries()) {
    const to = Math.min(now, from + length);
    const { subjects } = await gapsDuring(db, { vantage, from, to }, only);
    const [found] = subjects;
    if (found === undefined) {
      if (to < now && place < WINDOWS.length - 1) continue;
      throw noSuchAsset(labelOf(subject), (await gapsDuring(db, { vantage, from, to })).subjects);
    }
    const [gap] = found.gaps;
    if (gap?.from !== from) throw noGap(named);
    if (gap.to < to || to === now || place === WINDOWS.length - 1) {
      const views = found.views.filter((each) => each.from < gap.to);
      return { ...named, to: gap.to, goesOn: gap.to === now, views };
    }
  }
  throw noGap(named);
}

/**
 * When the gaps began that an answer found open at the beginning of its period, by the key of their subject. Not before
 * the first scope: until then nothing was to be scanned.
 */
export async function beganBefore(
  db: Db,
  { vantage, from }: { readonly vantage: string; readonly from: Instant },
  subjects: readonly ViewSubject[],
): Promise<ReadonlyMap<string, Instant>> {
  const began = new Map(subjects.map((subject): [string, Instant] => [subjectKey(subject), from]));
  const first = (await firstScopeAt(db)) ?? from;
  if (from <= first) return new Map([...began.keys()].map((key) => [key, first]));
  let open = new Set(began.keys());
  for (const length of WINDOWS) {
    if (open.size === 0) break;
    const earliest = Math.max(first, from - length);
    const looked = await gapsDuring(db, { vantage, from: earliest, to: from }, (each) => open.has(subjectKey(each)));
    const before = open;
    open = new Set();
    for (const { subject, gaps } of looked.subjects) {
      const key = subjectKey(subject);
      const last = gaps.at(-1);
      if (last?.to !== from || !before.has(key)) continue;
      began.set(key, last.from);
      if (last.from === earliest && earliest > first) open.add(key);
    }
  }
  return began;
}

function onlySubject(subject: ViewSubject): (other: ViewSubject) => boolean {
  const key = subjectKey(subject);
  return (other) => subjectKey(other) === key;
}

function noGap({ vantage, subject, from }: NamedGap): Fault {
  return new Fault(
    "not-found",
    `${labelOf(subject)} has no gap at ${formatInstant(from)} as seen from ${vantage}: all of it was known then.`,
    { next: "Copy the name that portolan gaps --from -7d prints under the gap. A later import can have closed it." },
  );
}
