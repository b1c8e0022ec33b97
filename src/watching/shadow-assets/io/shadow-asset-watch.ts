import { fingerprint } from "../../../judgement/baseline/index.ts";
import { recordChange } from "../../../record/change/index.ts";
import type { SigningKey } from "../../../record/evidence/index.ts";
import { applyFindings, hasChanged, listFindings, type Applied } from "../../../judgement/findings/index.ts";
import { isOpen, type Clock, type Deviation, type Duration, type Finding, type Instant } from "../../../model/index.ts";
import type { ResolvedScope } from "../../../scope/index.ts";
import type { Store } from "../../../platform/storage/index.ts";
import { goneFor, type UndeclaredFinding } from "../gone.ts";
import type { NeighbourTable } from "../neighbour-table.ts";
import { sightingsOf, type NeighbourhoodView, type Sighting } from "../sightings.ts";
import type { ReverseNames } from "./reverse-names.ts";

export interface UndeclaredWatchDeps {
  readonly store: Pick<Store, "db" | "transaction">;
  readonly clock: Clock;
  readonly key: SigningKey;
  readNeighbours(): NeighbourTable | undefined;
  readonly reverseNames: ReverseNames;
}

export interface ShadowAssetWatch {
  /**
   * Reads the neighbours and resolves the declared names once, and records what two readings agree on. `views`: the
   * scope as the installation sees it, and as the others do.
   */
  look(views: readonly [ResolvedScope, ...ResolvedScope[]]): Promise<Applied | undefined>;
}

type Undeclared = Sighting["deviation"];

/** Two readings closer together than this count as one. */
const APART: Duration = 4_000;
/** How often an entry notes that an undeclared asset is still present. */
const SEEN_EVERY: Duration = 3_600_000;
/** Names resolved per reading. */
const MOST_NAMES = 8;

export function createShadowAssetWatch(deps: UndeclaredWatchDeps): ShadowAssetWatch {
  const { store, clock } = deps;
  const firstSeen = new Map<string, Instant>();
  /** When a reading last showed each address; entries note it only now and then. */
  const lastSeen = new Map<string, Instant>();
  const began = clock.now();
  let names: { readonly of: ResolvedScope["names"]; readonly at: Instant } | undefined;

  /** Addresses that an earlier reading showed, too. Those that this reading does not show are forgotten. */
  function confirmed(sightings: readonly Sighting[]): Sighting[] {
    const seen = new Map(sightings.map((each) => [each.deviation.subject.address, each]));
    for (const address of firstSeen.keys()) if (!seen.has(address)) firstSeen.delete(address);
    return sightings.filter(({ at, deviation }) => {
      const { address } = deviation.subject;
      const before = firstSeen.get(address) ?? at;
      firstSeen.set(address, before);
      return at - before >= APART;
    });
  }

  async function labelled(deviations: readonly Undeclared[]): Promise<Undeclared[]> {
    return await Promise.all(
      deviations.map(async (each, index) => {
        const { address, name } = each.subject;
        if (name !== undefined || index >= MOST_NAMES) return each;
        const label = await deps.reverseNames(address);
        return label === undefined ? each : { ...each, summary: `${each.summary}; reverse DNS calls it ${label}` };
      }),
    );
  }

  return {
    async look(views) {
      const [{ scope, names: resolved }] = views;
      const { vantage } = scope;
      const now = clock.now();
      if (names?.of !== resolved) names = { of: resolved, at: now };
      const looks: NeighbourhoodView = { views, namesAt: names.at, table: deps.readNeighbours(), tableAt: now };
      const sightings = sightingsOf(looks);
      const seen = confirmed(sightings).map(({ deviation }) => deviation);
      const known = await undeclaredIn(store.db, vantage);
      const news = await labelled(seen.filter((each) => !isStanding(known.get(fingerprint(each, vantage)))));
      const again = seen.flatMap((each) => stillThere(known.get(fingerprint(each, vantage)), each, now));
      for (const { deviation } of sightings) lastSeen.set(deviation.subject.address, now);
      const there = new Set(sightings.map(({ deviation }) => fingerprint(deviation, vantage)));
      const gone = [...known.values()].flatMap((finding) => {
        if (!isOpen(finding) || there.has(finding.fingerprint)) return [];
        // What an earlier process saw since its last entry is lost.
        const seenAt = lastSeen.get(finding.subject.address) ?? began;
        const since = { ...finding, lastSeenAt: Math.max(finding.lastSeenAt, seenAt) };
        const resolution = goneFor(since, looks, now);
        return resolution === undefined ? [] : [{ fingerprint: finding.fingerprint, resolution }];
      });
      // Usually nothing has changed, and then nothing is written.
      if (news.length + again.length + gone.length === 0) return undefined;
      const sighted = {
        vantage,
        standing: [...known.values()],
        seen: [...news, ...again],
        gone,
        noteEvery: SEEN_EVERY,
      };
      const applied = await recordChange(deps, now, (change) => applyFindings(change, sighted));
      return hasChanged(applied) ? applied : undefined;
    },
  };
}

async function undeclaredIn(db: Store["db"], vantage: string): Promise<Map<string, UndeclaredFinding>> {
  const all = await listFindings(db, { vantage });
  return new Map(all.filter((each) => each.kind === "undeclared-asset").map((each) => [each.fingerprint, each]));
}

function isStanding(finding: Finding | undefined): boolean {
  return finding !== undefined && isOpen(finding);
}

/** A sweep may know more about the address, such as its open ports: then the summary of the finding stays. */
function stillThere(
  finding: UndeclaredFinding | undefined,
  { kind, endpoints }: Undeclared,
  now: Instant,
): Deviation[] {
  if (finding === undefined || !isOpen(finding) || now - finding.lastSeenAt < SEEN_EVERY) return [];
  const { owner: _owner, ...subject } = finding.subject;
  return [{ kind, endpoints, subject, summary: finding.summary }];
}
