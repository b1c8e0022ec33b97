import type { Generated } from "kysely";
import type { JsonValue } from "../../model/index.ts";
import type { Json } from "../../platform/storage/index.ts";

declare module "../../platform/storage/tables.ts" {
  interface Tables {
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
