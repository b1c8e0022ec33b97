import { isStale } from "../record/history/index.ts";
import type { Instant, Scope } from "../model/index.ts";
import { scopeDocument, viewpointsOf, type Viewpoint } from "../scope/index.ts";
import type { Db } from "../platform/storage/index.ts";
import { importedBy } from "../watching/sweeps/index.ts";
import { longestStaleness } from "./scope-then.ts";

/** A vantage point; `imported`: other scanners' files came from there, and the scope may not declare it. */
export interface SeenFrom extends Viewpoint {
  readonly imported?: true;
}

/** The vantage points that the scope declares, and those of imports that are not stale at the instant. */
export async function viewpointsAt(db: Db, at: Instant, inForce: Scope | undefined): Promise<readonly SeenFrom[]> {
  const declared = inForce === undefined ? [] : viewpointsOf(inForce);
  return [...declared, ...(await importedFrom(db, at, declared, inForce))];
}

/** Vantage points of imports that are not declared, as long as what was seen from there is not stale. */
async function importedFrom(
  db: Db,
  at: number,
  declared: readonly Viewpoint[],
  inForce: Scope | undefined,
): Promise<SeenFrom[]> {
  const imports = (await importedBy(db, at)).filter(({ vantage }) => declared.every(({ name }) => name !== vantage));
  const names = new Set<string>();
  for (const { vantage, scopeVersion, endedAt } of imports) {
    const scopes = [inForce, (await scopeDocument(db, scopeVersion))?.version.scope];
    const limit = scopes.reduce((most, scope) => Math.max(most, scope === undefined ? 0 : longestStaleness(scope)), 0);
    if (!isStale(endedAt, limit, at)) names.add(vantage);
  }
  return [...names].map((name) => ({ name, kind: "other", own: false, imported: true }));
}
