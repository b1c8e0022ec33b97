import { appendEntries, beginLog, type SigningKey } from "../evidence/index.ts";
import type { Clock, ScopeVersion } from "../model/index.ts";
import {
  createDnsLookup,
  latestScope,
  loadScope,
  ownAddresses,
  recordScope,
  resolveScope,
  type ResolvedScope,
} from "../scope/index.ts";
import type { Store } from "../storage/index.ts";

export interface ScopeInForce {
  readonly version: ScopeVersion;
  readonly resolved: ResolvedScope;
}

interface ScopeDeps {
  readonly store: Pick<Store, "db" | "transaction">;
  readonly clock: Clock;
  readonly key: SigningKey;
  /** Path of portolan.yaml. */
  readonly file: string;
  /** Who records a changed scope. */
  readonly user: string;
}

/**
 * The scope that portolan.yaml declares right now, recorded as a new version first when it differs from the latest.
 * With `fallBack`, a file that cannot be read or is wrong leaves the recorded version in force, and `onProblem` hears
 * why: a typo must not end the watch.
 */
export async function scopeInForceNow(
  deps: ScopeDeps,
  fallBack?: { onProblem(problem: unknown): void },
): Promise<ScopeInForce> {
  const version = await recordCurrent(deps).catch(async (problem: unknown) => {
    if (fallBack === undefined) throw problem;
    const recorded = await latestScope(deps.store.db);
    if (recorded === undefined) throw problem;
    fallBack.onProblem(problem);
    return recorded;
  });
  const resolved = await resolveScope(version.scope, { lookup: createDnsLookup(), ownAddresses });
  return { version, resolved };
}

async function recordCurrent(deps: ScopeDeps): Promise<ScopeVersion> {
  const loaded = loadScope(deps.file);
  const at = deps.clock.now();
  return await deps.store.transaction(async (tx) => {
    // Whatever else is recorded, the scope it happened in is recorded before it.
    await beginLog(tx, { key: deps.key, at });
    const { version, changed } = await recordScope(tx, { ...loaded, by: deps.user, at });
    if (changed) {
      await appendEntries(tx, [
        {
          type: "scope-recorded",
          at,
          data: {
            version: version.version,
            digest: version.digest,
            name: version.scope.name,
            recordedBy: version.recordedBy,
            targets: version.scope.targets.length,
            assets: version.scope.assets.length,
          },
        },
      ]);
    }
    return version;
  });
}
