import type { AgainstResult } from "../contract/index.ts";
import { publicKeysOfHome } from "../record/evidence/index.ts";
import type { Store } from "../platform/storage/index.ts";
import { compareHeld, isAlarm, NEXT, type HeldNote } from "../record/publication/index.ts";
import type { ReadDestination } from "./published.ts";

const MOST_LISTED = 100;

/**
 * Compares checkpoints that were published with the log of this record: those in the request, and those that the
 * destinations hold.
 */
export async function against(
  { db }: Pick<Store, "db">,
  home: string,
  given: readonly HeldNote[],
  destinations?: readonly ReadDestination[],
): Promise<AgainstResult> {
  const checkpoints = [...given, ...(destinations ?? []).flatMap(({ notes }) => notes)];
  const judged = await compareHeld(db, checkpoints, publicKeysOfHome(home));
  const found = judged.filter(({ verdict }) => verdict !== "contained");
  const [alarm] = found.flatMap(({ verdict }) => (isAlarm(verdict) ? [verdict] : []));
  return {
    schema: "portolan.evidence-against/1",
    ok:
      judged.length > 0 &&
      found.every(({ verdict }) => verdict === "superseded") &&
      (destinations ?? []).every(({ problem }) => problem === undefined),
    compared: judged.length,
    contained: judged.length - found.length,
    ...(destinations === undefined
      ? {}
      : { destinations: destinations.map(({ notes, ...each }) => ({ ...each, checkpoints: notes.length })) }),
    found: found
      .flatMap(({ from, size, verdict, problem }) =>
        verdict === "contained" ? [] : [{ from, ...(size === undefined ? {} : { size }), verdict, problem }],
      )
      .slice(0, MOST_LISTED),
    lost: lostRanges(judged),
    ...(alarm === undefined ? {} : { next: NEXT[alarm] }),
  };
}

/** For each restore, the entries of the earlier generation that are known to have been signed and are gone. */
function lostRanges(judged: Awaited<ReturnType<typeof compareHeld>>): AgainstResult["lost"] {
  const ranges = Map.groupBy(
    judged.flatMap(({ lost }) => (lost === undefined ? [] : [lost])),
    ({ restore }) => restore,
  );
  return [...ranges.values()].flatMap((all) => {
    const [first] = all;
    return first === undefined ? [] : [{ ...first, to: Math.max(...all.map(({ to }) => to)) }];
  });
}
