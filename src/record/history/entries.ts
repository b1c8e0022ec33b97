import { type EntryOf, formatInstant, type Instant } from "../../model/index.ts";

/** When a look began, how long it took in milliseconds, and of a rolling sample its turn. */
type LookTime =
  readonly [from: string, milliseconds: number] | readonly [from: string, milliseconds: number, turn: number];

declare module "../../model/entry.ts" {
  interface EntryData {
    /** Looks of a vantage point since the last such entry. Each saw what an earlier sweep of it had seen. */
    "looks-recorded": {
      readonly vantage: string;
      /** The number of the last of them: the next entry of the vantage point begins after it. */
      readonly through: number;
      /** `states`: the states that the looks saw, as the entry of the sweep names them that saw them first. */
      readonly looks: readonly { readonly states: string; readonly times: readonly LookTime[] }[];
    };
  }
}

/** A look as it is read for its entry. */
export interface SealedLook {
  readonly id: number;
  readonly states: string;
  readonly turn: number | undefined;
  readonly from: Instant;
  readonly to: Instant;
}

/** The entry for looks of one vantage point, in the order of their numbers; at least one. */
export function looksEntry(vantage: string, looks: readonly SealedLook[], at: Instant): EntryOf<"looks-recorded"> {
  const byStates = Map.groupBy(looks, ({ states }) => states);
  return {
    type: "looks-recorded",
    at,
    data: {
      vantage,
      through: looks.at(-1)?.id ?? 0,
      looks: [...byStates].map(([states, alike]) => ({ states, times: alike.map(timeOf) })),
    },
  };
}

function timeOf({ from, to, turn }: SealedLook): LookTime {
  const time = [formatInstant(from), to - from] as const;
  return turn === undefined ? time : [...time, turn];
}
