import type { Periods } from "./policy.ts";

declare module "../../model/entry.ts" {
  interface EntryData {
    /** How long each kind of record is kept from now on, in months. */
    "retention-set": {
      readonly version: number;
      readonly periods: { readonly [Kind in keyof Periods]: number };
      readonly reason: string;
      readonly by: string;
    };
    /** Nothing about the asset, or nothing at all, is pruned of the period. */
    "legal-hold-set": {
      readonly hold: number;
      readonly asset: string | null;
      readonly from: string;
      readonly to: string | null;
      readonly keepsFrom: string;
      readonly reason: string;
      readonly by: string;
    };
    "legal-hold-lifted": { readonly hold: number; readonly reason: string; readonly by: string };
  }
}
