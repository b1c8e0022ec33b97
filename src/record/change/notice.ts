import type { Duration } from "../../model/index.ts";

/** An event that a person may want to hear about at once, and the row of the record that it is about. */
export type Notice =
  | {
      readonly kind: "finding-opened" | "finding-regressed" | "finding-resolved" | "finding-out-of-scope";
      readonly subject: { readonly finding: number };
    }
  | { readonly kind: "baseline-approved"; readonly subject: { readonly version: number } }
  | { readonly kind: "gap-recorded"; readonly subject: { readonly cause: string } }
  | { readonly kind: "sweep-partial" | "sweep-untrusted"; readonly subject: { readonly sweep: number } };

/** A notice that nobody took for this long is stale. The record still has what it was about. */
export const NOTICE_LIFE: Duration = 30 * 86_400_000;
