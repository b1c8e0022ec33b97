import { beginLog, recordChange } from "../record/change/index.ts";
import { fieldsOf, isSyntheticRecord, refuseContradicted, type SigningKey } from "../record/evidence/index.ts";
import type { Clock, Scope, ScopeVersion } from "../model/index.ts";
import {
  createDnsLookup,
  documentDigest,
  latestScope,
  loadScope,
  ownAddresses,
  recordScope,
  resolveScope,
  scopeDigest,
  scopeElsewhere,
  seenFrom,
  viewpointsOf,
  type Lookup,
  type ResolvedScope,
} from "../scope/index.ts";
import { holdRule, type Store } from "../platform/storage/index.ts";
import { BINDINGS } from "./bindings.ts";
import { endWhatLeftTheScope } from "./leave-scope.ts";
import { latestSignedScope } from "./signed-scope.ts";

export interface ScopeInForce {
  readonly version: ScopeVersion;
  /** As the installation itself sees it. */
  readonly resolved: ResolvedScope;
  /** As each of the other vantage points sees it, in the order they are declared. */
  readonly others: readonly ResolvedScope[];
}

interface ScopeDeps {
  readonly store: Pick<Store, "db" | "transaction">;
  readonly clock: Clock;
  readonly key: SigningKey;
  /** Path of portolan.yaml. */
  readonly file: string;
  /** The name of the user, recorded with a changed scope. */
  readonly user: string;
  /** A simulated network answers this process in place of the real one. */
  readonly simulated?: boolean | undefined;
}

/**
 * The scope that portolan.yaml declares right now, recorded as a new version first if it differs from the latest. With
 * `fallBack`, the recorded version stays in force if the file cannot be read or has errors, and `onProblem` receives
 * the reason: a typo must not end the monitoring.
 */
export async function scopeInForceNow(
  deps: ScopeDeps,
  fallBack?: { onProblem(problem: unknown): void },
): Promise<ScopeInForce> {
  const version = await recordCurrent(deps).catch(async (problem: unknown) => {
    if (fallBack === undefined) throw problem;
    // A recorded scope that contradicts its entry never is in force: it could allow to scan anything.
    refuseContradicted((await latestSignedScope(deps.store.db)).contradiction);
    const recorded = await latestScope(deps.store.db);
    if (recorded === undefined) throw problem;
    fallBack.onProblem(problem);
    return recorded;
  });
  const { scope } = version;
  const synthetic = await isSyntheticRecord(deps.store.db);
  const lookup = onceEach(synthetic ? () => Promise.resolve([]) : createDnsLookup());
  const [own, ...further] = viewpointsOf(scope);
  const seen = seenFrom(await resolveScope(scope, { lookup, ownAddresses }), own);
  const resolved = synthetic && deps.simulated !== true ? { ...seen, synthetic } : seen;
  if (further.length === 0) return { version, resolved, others: [] };
  const installation = ownAddresses();
  const elsewhere = await resolveScope(scopeElsewhere(scope), { lookup, ownAddresses, installation });
  return { version, resolved, others: further.map((viewpoint) => seenFrom(elsewhere, viewpoint)) };
}

/** Resolves each name once, so both readings of the scope use the same addresses for it. */
function onceEach(lookup: Lookup): Lookup {
  const asked = new Map<string, Promise<string[]>>();
  return (name) => {
    const known = asked.get(name) ?? lookup(name);
    asked.set(name, known);
    return known;
  };
}

async function recordCurrent(deps: ScopeDeps): Promise<ScopeVersion> {
  // Read inside the lock: what somebody saves meanwhile must not be followed by the text before it.
  const text = (): Loaded => ({ ...loadScope(deps.file), by: deps.user });
  return (await recordScopeText(deps, text, () => undefined)).version;
}

interface Loaded {
  readonly scope: Scope;
  readonly document: string;
  /** Recorded with a changed scope. */
  readonly by: string;
}

/**
 * Records what a scope declares as a new version, if it differs from the latest. `before` runs last, within the transaction: if
 * it throws, nothing is recorded.
 */
export async function recordScopeText(
  deps: Pick<ScopeDeps, "store" | "clock" | "key">,
  text: Loaded | (() => Loaded),
  before: () => void,
): Promise<{ readonly version: ScopeVersion; readonly changed: boolean }> {
  const at = deps.clock.now();
  return await recordChange(deps, at, async (change) => {
    const { tx } = change;
    await holdRule(tx, "scope");
    const loaded = typeof text === "function" ? text() : text;
    // The scope is recorded before anything else that happens in it.
    await beginLog(tx, { key: deps.key, at, binds: fieldsOf(BINDINGS) });
    const { signed, contradiction } = await latestSignedScope(tx);
    if (contradiction !== undefined) {
      // The file still declares what was signed: it stays in force, and status names the row.
      if (signed?.digest === scopeDigest(loaded.scope))
        return { version: { ...signed, scope: loaded.scope }, changed: false };
      refuseContradicted(contradiction);
    }
    const { version, changed } = await recordScope(tx, { ...loaded, at });
    if (changed) {
      change.append({
        type: "scope-recorded",
        at,
        data: {
          version: version.version,
          digest: version.digest,
          documentDigest: documentDigest(loaded.document),
          name: version.scope.name,
          recordedBy: version.recordedBy,
          targets: version.scope.targets.length,
          assets: version.scope.assets.length,
        },
      });
      await endWhatLeftTheScope(change, version.version);
    }
    before();
    return { version, changed };
  });
}
