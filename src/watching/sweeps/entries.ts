import {
  endpointKey,
  formatInstant,
  type EngineReport,
  type EntryOf,
  type Instant,
  type JsonValue,
  type PortBaselineVersion,
  type Recall,
  type SweepKind,
  type SweepRecord,
  type SweepVerdict,
} from "../../model/index.ts";
import type { AskedService, ObservedRun, TakenIn } from "../../record/history/index.ts";
import { portsText, type LimitedHost, type Plan } from "../../sensing/scanner/index.ts";
import type { SweepOutcome } from "./sweep-outcome.ts";

type Fields = { readonly [field: string]: JsonValue };

/** What one uninterrupted run of a sweep covered. */
type CoveredRun = {
  readonly run?: number;
  readonly probedFrom: string;
  readonly probedTo: string;
  /** The root of the tree over the states of the hosts (hex). Entries from before have a digest instead. */
  readonly states?: string;
  /** SHA-256 (hex) of the endpoints alone, without states. */
  readonly extent?: string;
  readonly coverageDigest?: string;
  readonly endpoints: number;
};

declare module "../../model/entry.ts" {
  interface EntryData {
    "sweep-started": {
      readonly sweep: number;
      readonly kind: SweepKind;
      readonly targets: readonly string[];
      readonly vantage: string;
      readonly engine: string;
      readonly parameters: Fields;
      /** A single text for an imported sweep. */
      readonly addresses: string | readonly string[];
      readonly ports: string;
      readonly planDigest: string;
      /** Together with the plan, it reproduces the sweep exactly; empty for an imported sweep. */
      readonly seed: string;
      readonly planned: number;
      readonly scopeVersion: number;
      readonly requestedBy: string;
      readonly worker?: number;
      /** Where it began before the entry was written; of an imported sweep by the other scanner's clock. */
      readonly startedAt?: string;
    };
    "sweep-resumed": {
      readonly sweep: number;
      readonly run: number;
      readonly firstIndex: number;
      readonly planned: number;
      readonly goesOn: boolean;
      readonly worker?: number;
    };
    "sweep-finished": {
      readonly sweep: number;
      readonly vantage?: string;
      readonly verdict: SweepVerdict;
      readonly reason?: string;
      readonly planned: number;
      readonly counts: Fields;
      readonly recall?: Fields;
      readonly engineReport?: Fields;
      readonly runs: readonly CoveredRun[];
      /** Transitions in the history; `states-changed` entries before this one state them. */
      readonly stateChanges?: number;
      /** Of entries from before the states were a tree: the first thousand open endpoints, and their services. */
      readonly open?: readonly string[];
      readonly services?: JsonValue;
      readonly secondLooks: number;
      readonly ignoredOutOfOrder: number;
      readonly limited?: JsonValue;
      readonly baselineVersion?: number;
      /** Only of an imported sweep. */
      readonly leftOut?: { readonly [why: string]: number };
      readonly endedAt?: string;
    };
  }
}

/** Endpoints, services and hosts that an entry lists by name. */
const MOST_NAMED = 1_000;

type BegunSweep = Pick<SweepRecord, "id" | "kind" | "vantage" | "engine" | "planDigest" | "seed" | "planned"> &
  Pick<SweepRecord, "scopeVersion" | "requestedBy" | "startedAt"> & {
    readonly targets: readonly string[];
    readonly parameters: Fields;
    readonly worker?: number | undefined;
  };

/** What the evidence log records of the beginning of a sweep of this installation. */
export function startedEntry(sweep: BegunSweep, plan: Plan, at: Instant): EntryOf<"sweep-started"> {
  const { id, kind, targets, vantage, engine, parameters, planDigest, seed, planned } = sweep;
  const { scopeVersion, requestedBy, startedAt, worker } = sweep;
  return {
    type: "sweep-started",
    at,
    data: {
      sweep: id,
      kind,
      targets,
      vantage,
      engine,
      parameters,
      planDigest,
      seed,
      planned,
      scopeVersion,
      requestedBy,
      addresses: plan.addresses.ranges.map(({ first, last }) => (first === last ? first : `${first}-${last}`)),
      ports: portsText(plan.blocks),
      ...(worker === undefined ? {} : { worker }),
      ...(startedAt === at ? {} : { startedAt: formatInstant(startedAt) }),
    },
  };
}

/** What the evidence log records at the end of a sweep of this installation. */
export function finishedEntry(
  sweep: { readonly id: number; readonly vantage: string; readonly planned: number },
  facts: {
    readonly verdict: SweepVerdict;
    readonly reason: string | undefined;
    readonly outcome: Pick<SweepOutcome, "counts">;
    readonly runs: readonly ObservedRun[];
    readonly taken: Pick<TakenIn, "covered" | "changes" | "ignoredOutOfOrder">;
    readonly recall: Recall | undefined;
    readonly engineReport: EngineReport | undefined;
    readonly limited: readonly LimitedHost[];
    readonly asked: readonly AskedService[];
    readonly secondLooks: number;
    readonly baseline: PortBaselineVersion | undefined;
  },
  at: Instant,
): EntryOf<"sweep-finished"> {
  const { verdict, reason, outcome, runs, recall, engineReport, limited, asked, baseline } = facts;
  const { secondLooks, taken } = facts;
  return {
    type: "sweep-finished",
    at,
    data: {
      sweep: sweep.id,
      vantage: sweep.vantage,
      verdict,
      ...(reason === undefined ? {} : { reason }),
      planned: sweep.planned,
      counts: { ...outcome.counts },
      ...(recall === undefined ? {} : { recall: { ...recall } }),
      ...(engineReport === undefined ? {} : { engineReport }),
      runs: coveredRuns(runs, taken.covered),
      stateChanges: taken.changes,
      services: servicesIn(asked),
      secondLooks,
      ignoredOutOfOrder: taken.ignoredOutOfOrder,
      ...(limited.length === 0 ? {} : { limited: limited.slice(0, MOST_NAMED).map((each) => ({ ...each })) }),
      ...(baseline === undefined ? {} : { baselineVersion: baseline.version }),
    },
  };
}

/** What an entry states about the coverage of each run. */
export function coveredRuns(runs: readonly ObservedRun[], covered: TakenIn["covered"]): CoveredRun[] {
  return runs.map(({ run, probedFrom, probedTo, coverage }) => ({
    run,
    probedFrom: formatInstant(probedFrom),
    probedTo: formatInstant(probedTo),
    ...covered.get(run),
    extent: coverage.extent,
    endpoints: coverage.endpoints,
  }));
}

/** What the evidence log keeps of the identified services: enough to show which were known, and when. */
function servicesIn(asked: readonly AskedService[]): JsonValue {
  return asked.slice(0, MOST_NAMED).flatMap(({ endpoint, identity }) => {
    if (identity === undefined) return [];
    const { service, product, version } = identity;
    return [
      {
        endpoint: endpointKey(endpoint),
        service,
        ...(product === undefined ? {} : { product }),
        ...(version === undefined ? {} : { version }),
      },
    ];
  });
}
