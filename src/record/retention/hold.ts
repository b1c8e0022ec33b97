import type { Instant } from "../../model/index.ts";

/** A legal hold: what concerns the asset in the period, or everything of it, is not pruned until the hold is lifted. */
export interface Hold {
  readonly id: number;
  /** Absent: everything. */
  readonly asset?: string | undefined;
  readonly from: Instant;
  /** Absent: until it is lifted. */
  readonly to?: Instant | undefined;
  /** Answers at its beginning rest on observations that are at most so old. */
  readonly keepsFrom: Instant;
  readonly reason: string;
  readonly setAt: Instant;
  readonly setBy: string;
  readonly lifted?: { readonly at: Instant; readonly by: string; readonly reason: string } | undefined;
}
