import type { SweepHooks } from "../../contract/index.ts";
import { endpointKey, type Endpoint, type Recall } from "../../model/index.ts";
import { measureRecall, unanswered } from "../canaries.ts";
import type { Outcome, SecondLook } from "../outcome.ts";
import { probeAgain, type ProbeDeps, type ProbeParameters } from "./probe-plan.ts";

/** Whether silence is silence is decided by more tries, further apart, than a sweep can afford for everything. */
const PATIENCE = { retries: 5, retryDelay: 1_000 } as const;

export interface LookAgain {
  readonly first: Pick<Outcome, "stateOf">;
  /** What changed and what would be a finding. */
  readonly wanted: readonly Endpoint[];
  /** What the recall is measured on. */
  readonly canaries: readonly Endpoint[];
  /** Whether it is worth waiting for what stays silent; the minute's look comes again in a minute. */
  readonly patient: boolean;
}

/** One look for each endpoint that was looked at again; `undecided` are those of `wanted` that the sweep's end came before. */
export interface LookedAgain {
  readonly looks: readonly SecondLook[];
  readonly undecided: readonly Endpoint[];
  readonly recall: Recall | undefined;
}

/**
 * Probes at once what deviates a second time, and asks the canaries that were silent once more, patiently. A canary
 * that turns out open is news: it gets its second look too.
 */
export async function lookAgain(
  deps: ProbeDeps,
  sweepId: number,
  { first, wanted, canaries, patient }: LookAgain,
  parameters: ProbeParameters,
  hooks: SweepHooks,
): Promise<LookedAgain> {
  const confirming = new Set(wanted.map(endpointKey));
  const silent = unanswered(canaries, first).filter((endpoint) => !confirming.has(endpointKey(endpoint)));
  const pace = patient ? { ...parameters, ...PATIENCE } : parameters;
  const looks = await probeAgain(deps, sweepId, [...wanted, ...silent], pace, hooks);
  const recall = measureRecall(canaries, first, looks);

  const news = looks.filter(({ endpoint, state }) => state === "open" && !confirming.has(endpointKey(endpoint)));
  const missed = news.map(({ endpoint }) => endpoint);
  const confirmed = await probeAgain(deps, sweepId, missed, parameters, hooks);

  const latest = new Map([...looks, ...confirmed].map((look) => [endpointKey(look.endpoint), look]));
  const twice = new Set(confirmed.map(({ endpoint }) => endpointKey(endpoint)));
  const once = missed.filter((endpoint) => !twice.has(endpointKey(endpoint)));
  for (const endpoint of once) latest.delete(endpointKey(endpoint));
  const undecided = wanted.filter(
    (endpoint) => first.stateOf(endpoint) !== "open" && !latest.has(endpointKey(endpoint)),
  );
  return { looks: [...latest.values()], undecided: [...undecided, ...once], recall };
}
