import type { EntryBody } from "@portolan/verifier";

/** Kinds of entries of which every one is a sample: decisions, findings, gaps, and what concerns the log itself. */
const ALWAYS: ReadonlySet<string> = new Set([
  "log-created",
  "key-rotated",
  "record-restored",
  "answers-bound",
  "scope-recorded",
  "baseline-approved",
  "finding-opened",
  "finding-regressed",
  "finding-resolved",
  "finding-out-of-scope",
  "gap-recorded",
  "gap-explained",
  "gap-signed-off",
]);
const MOST_ALWAYS = 500;
/** An auditor's sample of a routine: sixty of a population that is larger. */
const MOST_SWEEPS = 60;

/** An entry that gets a `.tlog-proof` of its own. */
export interface Sample {
  readonly index: number;
  readonly type: string;
}

/** Chooses the samples while the entries go by: spread evenly where there are too many, so that nobody picks. */
export function createSampler(): { see(index: number, type: string): void; samples(): Sample[] } {
  const always: Sample[] = [];
  const sweeps: Sample[] = [];
  return {
    see(index, type) {
      if (ALWAYS.has(type)) always.push({ index, type });
      else if (type === "sweep-finished") sweeps.push({ index, type });
    },
    samples: () => [...spread(always, MOST_ALWAYS), ...spread(sweeps, MOST_SWEEPS)].sort((a, b) => a.index - b.index),
  };
}

function spread<T>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all;
  return Array.from({ length: most }, (_, place) => all[Math.floor((place * all.length) / most)] as T);
}

/** What the entries of the period refer to outside of them. */
export interface References {
  /** Names of the host states, in the order of their first mention. */
  readonly states: Set<string>;
  /** Sweeps that ended in the period, and whose start is not in it. */
  readonly startedBefore: Set<number>;
  readonly scopes: Set<number>;
  readonly baselines: Set<number>;
  /** Salted hashes of raw banners (hex). */
  readonly commitments: Set<string>;
}

type Stated = { readonly evidenceCommitment: string };

export function createReferences(): { readonly found: References; see(body: EntryBody): void } {
  const found: References = {
    states: new Set(),
    startedBefore: new Set(),
    scopes: new Set(),
    baselines: new Set(),
    commitments: new Set(),
  };
  const started = new Set<number>();
  return {
    found,
    see({ type, data }) {
      const sweep = Number(data["sweep"]);
      if (type === "sweep-started") started.add(sweep);
      if (type === "scope-recorded") found.scopes.add(Number(data["version"]));
      if (type === "baseline-approved") found.baselines.add(Number(data["version"]));
      if (type === "sweep-finished") {
        if (!started.has(sweep)) found.startedBefore.add(sweep);
        for (const run of data["runs"] as readonly { states?: string; coverageDigest?: string }[]) {
          const name = run.states ?? run.coverageDigest;
          if (name !== undefined) found.states.add(name);
        }
      }
      if (type === "services-identified") {
        for (const [, , identity] of data["identified"] as readonly (readonly [unknown, unknown, Stated | null])[]) {
          if (identity !== null) found.commitments.add(identity.evidenceCommitment);
        }
      }
      if (type === "looks-recorded") {
        for (const { states } of data["looks"] as readonly { states: string }[]) found.states.add(states);
      }
    },
  };
}

/** Types that {@link createReferences} reads. */
export const REFERRING: ReadonlySet<string> = new Set([
  "sweep-started",
  "sweep-finished",
  "looks-recorded",
  "services-identified",
  "scope-recorded",
  "baseline-approved",
]);
