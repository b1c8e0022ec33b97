import type { Clock, Duration, Entry, EntryData } from "../model/index.ts";

/** Refusals recorded one by one in a window; the rest are counted. */
const EACH = 20;
const WINDOW: Duration = 10 * 60_000;

export interface Refusals {
  /** Returns the entries to write now: the refusal itself, or none while it is only counted. */
  add(data: EntryData["sign-in-refused"]): Entry[];
  /** The count of a window that has ended, or with `now` of the running one. */
  counted(now?: "now"): Entry[];
}

/** Keeps a flood of refusals from becoming a flood of entries: nobody may fill the evidence log from outside. */
export function createRefusals({ clock }: { readonly clock: Clock }): Refusals {
  let from = clock.now();
  let written = 0;
  let uncounted = 0;

  function counted(now?: "now"): Entry[] {
    const at = clock.now();
    if (now === undefined && at - from < WINDOW) return [];
    const entries: Entry[] =
      uncounted === 0
        ? []
        : [
            {
              type: "refusals-counted",
              at,
              data: { from: new Date(from).toISOString(), to: new Date(at).toISOString(), count: uncounted },
            },
          ];
    from = at;
    written = uncounted = 0;
    return entries;
  }

  return {
    counted,
    add(data) {
      const before = counted();
      if (written >= EACH) {
        uncounted += 1;
        return before;
      }
      written += 1;
      return [...before, { type: "sign-in-refused", at: clock.now(), data }];
    },
  };
}
