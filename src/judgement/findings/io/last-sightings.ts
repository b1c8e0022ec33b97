import { isOpen, type Finding, type Instant } from "../../../model/index.ts";
import { boundTableSince } from "../../../record/evidence/index.ts";
import { lastSeen, type Sought } from "../../../record/history/index.ts";
import type { Db } from "../../../platform/storage/index.ts";
import { sightsOf, withSightings } from "../sighting.ts";

/**
 * Findings with their last sightings. A sighting that changes nothing leaves no trace in a finding, so the history is
 * asked for it: with `before`, only for sightings before that instant. Until their log bound findings, versions of
 * Portolan wrote each sighting into the row, so what the history has from then is none.
 */
export async function seenLast(db: Db, findings: readonly Finding[], before?: Instant): Promise<Finding[]> {
  const sought = findings.flatMap((finding, index) =>
    isOpen(finding)
      ? sightsOf(finding).map(({ vantage, sight }) => ({ index, vantage, sight, after: afterOf(finding) }))
      : [],
  );
  if (sought.length === 0) return [...findings];
  const bound = await boundTableSince(db, "finding");
  const seen = new Map<Sought, Instant | undefined>();
  for (const [vantage, all] of Map.groupBy(sought, (each) => each.vantage)) {
    const later = all.map((each) => ({ ...each, after: Math.max(each.after, bound) }));
    const times = await lastSeen(db, { vantage, sought: later, before });
    all.forEach((each, index) => seen.set(each, times[index]));
  }
  const byFinding = Map.groupBy(sought, ({ index }) => index);
  return findings.map((finding, index) =>
    withSightings(
      finding,
      (byFinding.get(index) ?? []).map((each) => seen.get(each)),
    ),
  );
}

/** Each endpoint of a program has a last sighting of its own. */
function afterOf({ subject, lastSeenAt }: Finding): Instant {
  if (subject.about !== "program") return lastSeenAt;
  return subject.endpoints.reduce((least, { seenAt }) => Math.min(least, seenAt), lastSeenAt);
}
