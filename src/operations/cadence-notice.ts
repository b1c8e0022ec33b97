import type { StatusResult } from "../contract/index.ts";
import { formatDuration } from "../model/index.ts";
import type { Db } from "../platform/storage/index.ts";
import { ownAddresses, parseScope, resolveScope, type ResolvedScope } from "../scope/index.ts";
import { cadenceFit, unfitText, type CadenceFit, type SweptTarget } from "../watching/rolling/index.ts";
import { pacedTargets, sweptTarget } from "./swept-targets.ts";

/** For `status`: nothing when the full sweeps of all vantage points, which share one rate, fit their cadences. */
export async function unfitCadences(db: Db, views: readonly ResolvedScope[]): Promise<Pick<StatusResult, "unfit">> {
  const [first] = views;
  if (first === undefined) return {};
  const targets = await Promise.all(views.map((resolved) => pacedTargets(db, resolved)));
  return unfit(first, targets.flat());
}

/** For a document that is not in force yet, hostnames left out; undefined when it fits. */
export async function unfitDocument(text: string, file: string): Promise<string | undefined> {
  const scope = parseScope(text, file, () => "");
  const lookup = (): Promise<string[]> => Promise.reject(new Error("not resolved before the first sweep"));
  const resolved = await resolveScope(scope, { lookup, ownAddresses });
  const targets = resolved.targets.map((target) => sweptTarget(resolved, target));
  return unfit(resolved, targets).unfit?.notice;
}

function unfit({ scope: { limits } }: ResolvedScope, targets: readonly SweptTarget[]): Pick<StatusResult, "unfit"> {
  const fit: CadenceFit = cadenceFit(limits, targets);
  if (fit.fits) return {};
  return {
    unfit: {
      needed: Math.ceil(fit.needed),
      ...fit.limits,
      cadences: fit.cadences.map(({ name, cadence }) => ({ name, cadence: formatDuration(cadence) })),
      notice: unfitText(fit, limits),
    },
  };
}
