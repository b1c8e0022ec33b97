import { useSyncExternalStore } from "react";

/** Milliseconds by which the server's clock is ahead of this machine's: the record speaks about the server's time. */
let ahead = 0;

/** `date` is the header of a response (RFC 9110 section 6.6.1), exact to a second. */
export function learnServerTime(date: string | null): void {
  const server = Date.parse(date ?? "");
  if (Number.isNaN(server)) return;
  const difference = server - Date.now();
  // Half a second of transit and rounding is not a difference of clocks.
  ahead = Math.abs(difference) < 1_500 ? 0 : difference;
}

/** The time of the server. */
export function serverNow(): number {
  return Date.now() + ahead;
}

/** The current time in milliseconds, rounded down to `step`; the component renders again with each step. */
export function useNow(step: number): number {
  return useSyncExternalStore(
    (listener) => {
      const timer = window.setInterval(listener, Math.min(step, 1_000));
      return () => window.clearInterval(timer);
    },
    () => Math.floor(serverNow() / step) * step,
  );
}
