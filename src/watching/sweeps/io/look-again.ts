import type { SweepHooks } from "../../../contract/index.ts";
import { endpointKey, type Endpoint, type Recall } from "../../../model/index.ts";
import { measureRecall, unanswered } from "../canaries.ts";
import type { SecondLook } from "../observed-runs.ts";
import type { SweepOutcome } from "../sweep-outcome.ts";
import { probeAgain, type ProbeDeps, type ProbeParameters } from "./probe-plan.ts";
import type { Claim } from "./sweep-store.ts";

/** Whether silence is silence is decided by more tries, further apart, than a sweep can afford for everything. */
const PATIENCE = { retries: 5, retryDelay: 1_000 } as const;

export interface LookAgain {
  readonly first: Pick<SweepOutcome, "stateOf">;
  /** What changed and what would be a finding. */
  readonly wanted: readonly Endpoint[];
  /** What the recall is measured on. */
  readonly canaries: readonly Endpoint[];
  /** Whether it is worth waiting for silent endpoints; a sweep of every minute probes them again soon. */
  readonly patient: boolean;
}

export interface LookedAgain {
  /** The later observations that decide, one an endpoint. */
  readonly looks: readonly SecondLook[];
  /** Endpoints that had two tellings: what rests on them is confirmed. */
  readonly twice: ReadonlySet<string>;
  /** Of `wanted`, what the end of the sweep came before. */
  readonly undecided: readonly Endpoint[];
  readonly recall: Recall | undefined;
}

/** A sweep that may send nothing more. */
export function notLookedAgain(undecided: readonly Endpoint[]): LookedAgain {
  return { looks: [], twice: new Set(), undecided, recall: undefined };
}

/**
 * Probes deviating endpoints at once a second time, and silent canaries once more, patiently. A canary that turns out
 * to be open is news: it gets its second probe too. Silence after an open first probe neither confirms nor contradicts
 * it: the port was open, and the next sweep has to confirm it.
 */
export async function lookAgain(
  deps: ProbeDeps,
  claim: Claim,
  { first, wanted, canaries, patient }: LookAgain,
  parameters: ProbeParameters,
  hooks: SweepHooks,
): Promise<LookedAgain> {
  const confirming = new Set(wanted.map(endpointKey));
  const silent = unanswered(canaries, first).filter((endpoint) => !confirming.has(endpointKey(endpoint)));
  const pace = patient ? { ...parameters, ...PATIENCE } : parameters;
  const looks = await probeAgain(deps, claim, [...wanted, ...silent], pace, hooks);
  const decided = looks.filter(({ endpoint, state }) => state !== "no-response" || first.stateOf(endpoint) !== "open");

  const news = decided.filter(({ endpoint, state }) => state === "open" && !confirming.has(endpointKey(endpoint)));
  const after = await probeAgain(
    deps,
    claim,
    news.map(({ endpoint }) => endpoint),
    parameters,
    hooks,
  );
  const answered = after.filter(({ state }) => state !== "no-response");

  const latest = new Map([...decided, ...answered].map((look) => [endpointKey(look.endpoint), look]));
  const twice = [...decided.filter(({ endpoint }) => confirming.has(endpointKey(endpoint))), ...answered];
  return {
    looks: [...latest.values()],
    twice: new Set(twice.map(({ endpoint }) => endpointKey(endpoint))),
    undecided: wanted.filter((endpoint) => first.stateOf(endpoint) !== "open" && !latest.has(endpointKey(endpoint))),
    recall: measureRecall(canaries, first, looks),
  };
}
