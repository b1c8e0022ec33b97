import type { Generated } from "kysely";
import type { EntryType } from "../../model/index.ts";

declare module "../../platform/storage/tables.ts" {
  interface Tables {
    evidence_entry: { index: number; type: EntryType; recorded_at: Date; body: string; leaf_hash: Uint8Array };
    evidence_head: { only: Generated<boolean>; origin: string; size: number; frontier: Uint8Array };
    evidence_checkpoint: { size: number; root_hash: Uint8Array; key_id: string; note: string; signed_at: Date };
  }
}
