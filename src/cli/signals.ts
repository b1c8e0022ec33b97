import type { StopSignal } from "./surroundings.ts";

/**
 * A terminal sends Ctrl-C to the launcher and to this process, and the launcher forwards its signal as well. Signals
 * within this time, in milliseconds, count as one.
 */
const SAME_WISH = 300;

/** Calls handlers for SIGINT and SIGTERM; without any handler, the signals keep their default effect. */
export function createStopSignals(
  source: Pick<NodeJS.Process, "on" | "off">,
  monotonic: () => number,
): (handler: (signal: StopSignal) => void) => () => void {
  let last = -Infinity;
  const handlers = new Set<(signal: StopSignal) => void>();
  const receive = (signal: NodeJS.Signals): void => {
    const now = monotonic();
    if (now - last < SAME_WISH) return;
    last = now;
    for (const handler of [...handlers]) handler(signal === "SIGINT" ? "SIGINT" : "SIGTERM");
  };
  return (handler) => {
    if (handlers.size === 0) {
      source.on("SIGINT", receive);
      source.on("SIGTERM", receive);
    }
    handlers.add(handler);
    return () => {
      if (!handlers.delete(handler) || handlers.size > 0) return;
      source.off("SIGINT", receive);
      source.off("SIGTERM", receive);
    };
  };
}
