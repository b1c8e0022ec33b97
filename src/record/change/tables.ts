import type { Generated } from "kysely";
import type { JsonValue } from "../../model/index.ts";
import type { Json } from "../../platform/storage/index.ts";

declare module "../../platform/storage/tables.ts" {
  interface Tables {
    clock_step: {
      id: Generated<number>;
      at: Date;
      ahead_until: Date;
      scope_version: number;
      baseline_version: number;
      entry_index: number;
      last_look: Generated<number>;
      last_sweep: Generated<number>;
    };
    outbox: {
      id: Generated<number>;
      at: Date;
      kind: string;
      subject: Json<JsonValue>;
      entry_index: number;
      delivered_at: Date | null;
    };
  }
}
