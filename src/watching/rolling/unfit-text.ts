import { count, formatDuration } from "../../model/index.ts";
import type { CadenceFit, Limits } from "./cadence-fit.ts";

/** Cadences that a line names before it counts the rest. */
const NAMED = 3;

/** Needs, limits and remedies, in two sentences. */
export function unfitText({ needed, limits: fitting, cadences }: CadenceFit, limits: Limits): string {
  const rates = [
    fitting.rate > limits.rate ? `limits.rate to ${fitting.rate}` : "",
    fitting.perHostRate > limits.perHostRate ? `limits.perHostRate to ${fitting.perHostRate}` : "",
  ].filter((text) => text !== "");
  const slower = cadences
    .slice(0, NAMED)
    .map(({ name, cadence }) => `${name} to ${formatDuration(cadence)}`)
    .join(", ");
  const more = cadences.length > NAMED ? ` and ${cadences.length - NAMED} more in proportion` : "";
  return (
    `The full sweeps do not fit their cadences: they need ${count(Math.ceil(needed))} probes per second, ` +
    `and the limits are ${count(limits.rate)}, ${count(limits.perHostRate)} to one address. ` +
    `Next: in portolan.yaml, raise ${rates.join(" and ")}, or set the cadence of ${slower}${more}.`
  );
}
