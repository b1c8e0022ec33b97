import type { Generated } from "kysely";
import type { EntryType } from "../../model/index.ts";
import type { Json } from "../../platform/storage/tables.ts";
import type { Hold } from "./hold.ts";

declare module "../../platform/storage/tables.ts" {
  interface Tables {
    evidence_entry: { index: number; type: EntryType; recorded_at: Date; body: string | null; leaf_hash: Uint8Array };
    evidence_head: {
      only: Generated<boolean>;
      origin: string;
      size: number;
      frontier: Uint8Array;
      held: Json<Hold> | null;
    };
    evidence_checkpoint: { size: number; root_hash: Uint8Array; key_id: string; note: string; signed_at: Date };
  }
}
