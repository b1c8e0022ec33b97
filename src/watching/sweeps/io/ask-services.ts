import type { SweepHooks } from "../../../contract/index.ts";
import { heldServices, type AskedService } from "../../../record/history/index.ts";
import type { IdentifyEach } from "../../../sensing/services/index.ts";
import { endpointKey, type Deviation, type Endpoint, type ServiceIdentity } from "../../../model/index.ts";
import type { Plan } from "../../../sensing/scanner/index.ts";
import type { SweepOutcome } from "../sweep-outcome.ts";
import { afterFirst, changedServices, dueToAsk, settleServices, type Asked, type SweepServices } from "../services.ts";
import { paceOf, type ProbeDeps, type ProbeParameters } from "./probe-plan.ts";
import type { StoredSweep } from "./stored-sweeps.ts";
import { renewLease } from "./sweep-store.ts";

/** Endpoints identified at a time, in all and per host. */
const CONCURRENCY = 128;
const PER_HOST = 4;
const REPORT_EVERY = 500;

export type Identify = (endpoints: readonly Endpoint[], request: IdentifyEach) => Promise<void>;

export interface AskServices {
  readonly plan: Plan;
  readonly outcome: SweepOutcome;
  readonly heldOpen: readonly Endpoint[];
  /** Undefined: nothing is sent, and what the record holds is what is known. */
  readonly identify: Identify | undefined;
  /** The deviations there would be with these services that no finding is open about. */
  readonly newDeviations: (serviceOf: (endpoint: Endpoint) => ServiceIdentity | undefined) => readonly Deviation[];
}

/**
 * The second phase of a sweep, within its pace: identifies open endpoints that are new, changed or not identified for a
 * day. It repeats this at once where the result would be a finding or differs from the record.
 */
export async function askServices(
  deps: ProbeDeps,
  sweep: Pick<StoredSweep, "id" | "run" | "vantage">,
  { plan, outcome, heldOpen, identify, newDeviations }: AskServices,
  parameters: ProbeParameters,
  hooks: SweepHooks,
): Promise<SweepServices> {
  const held = await heldServices(deps.store.db, { vantage: sweep.vantage, addresses: plan.addresses });
  if (identify === undefined) return settleServices(held, new Map(), [], new Map());
  const pacer = paceOf(deps, parameters);

  const ask = async (endpoints: readonly Endpoint[]): Promise<Asked> => {
    const asked = new Map<string, AskedService>();
    if (endpoints.length === 0 || hooks.signal?.aborted === true) return asked;
    const report = (): void =>
      hooks.onProgress?.({
        sweepId: sweep.id,
        phase: "identifying",
        done: asked.size,
        planned: endpoints.length,
        open: outcome.counts.open,
        rate: 0,
      });
    report();
    const reporting = setInterval(() => {
      report();
      void renewLease(deps.store.db, sweep).catch(() => undefined);
    }, REPORT_EVERY);
    try {
      await identify(endpoints, {
        pacer,
        concurrency: CONCURRENCY,
        perHost: PER_HOST,
        signal: hooks.signal,
        onResult(endpoint, result) {
          const identity = result.kind === "identified" ? { identity: result.identity } : {};
          asked.set(endpointKey(endpoint), { endpoint, at: deps.clock.now(), ...identity });
        },
      });
    } finally {
      clearInterval(reporting);
    }
    return asked;
  };

  const first = await ask(dueToAsk(outcome, heldOpen, held, deps.clock.now()));
  const suspects = new Map<string, Endpoint>();
  const deviating = newDeviations(afterFirst(held, first)).flatMap(({ endpoints }) => endpoints);
  for (const endpoint of [...changedServices(held, first), ...deviating]) suspects.set(endpointKey(endpoint), endpoint);
  const second = await ask([...suspects.values()]);
  return settleServices(held, first, [...suspects.values()], second);
}
