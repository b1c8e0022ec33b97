/**
 * The first part of the name of a log whose record a simulated network answered. The name is stated in entry 0 and signed
 * in every checkpoint, so a copy without it has no valid checkpoint.
 */
export const SYNTHETIC_LOG = "portolan-synthetic/";

/** Whether a log holds a synthetic record: nothing in it was observed on a real network. */
export function isSyntheticLog(origin: string | undefined): boolean {
  return origin?.startsWith(SYNTHETIC_LOG) === true;
}
