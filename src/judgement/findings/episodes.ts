import type { Duration, Episode, Finding } from "../../model/index.ts";

/** All episodes of a finding, oldest first; the last one may still be open. */
export function episodesOf({
  earlier = [],
  openedAt,
  lastSeenAt,
  resolvedAt,
  resolution,
  outOfScope,
}: Finding): readonly Episode[] {
  return [
    ...earlier,
    {
      openedAt,
      lastSeenAt,
      ...(resolvedAt === undefined ? {} : { resolvedAt }),
      ...(resolution === undefined ? {} : { resolution }),
      ...(outOfScope === undefined ? {} : { outOfScope }),
    },
  ];
}

/**
 * How long it was open in all its episodes together, in milliseconds: each from its opening until the observation or
 * the decision that ended it; one that is still open, until it was last seen.
 */
export function exposureOf(finding: Finding): Duration {
  const lengths = episodesOf(finding).map(({ openedAt, lastSeenAt = openedAt, resolvedAt, outOfScope }) => {
    const until = resolvedAt ?? outOfScope?.at ?? lastSeenAt;
    return Math.max(0, until - openedAt);
  });
  return lengths.reduce((sum, length) => sum + length, 0);
}
