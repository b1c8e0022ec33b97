import type { Generated } from "kysely";
import type { Json } from "../../platform/storage/index.ts";
import type { Periods } from "./policy.ts";

declare module "../../platform/storage/tables.ts" {
  interface Tables {
    retention_policy: { version: number; periods: Json<Periods>; reason: string; set_at: Date; set_by: string };
    legal_hold: {
      id: Generated<number>;
      asset: string | null;
      held_from: Date;
      held_to: Date | null;
      keeps_from: Date;
      reason: string;
      set_at: Date;
      set_by: string;
      lifted_at: Date | null;
      lifted_by: string | null;
      lift_reason: string | null;
    };
    pruning: {
      entry_index: number;
      kind: string;
      until: Date;
      complete: boolean;
      rows: number;
      entries: number;
      pruned_at: Date;
      pruned_by: string;
    };
  }
}
