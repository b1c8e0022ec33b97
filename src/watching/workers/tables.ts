import type { Generated } from "kysely";
import type { Json } from "../../platform/storage/index.ts";

declare module "../../platform/storage/tables.ts" {
  interface Tables {
    worker: {
      id: Generated<number>;
      vantage_id: number;
      kind: "installation" | "worker";
      machine: string;
      pid: number;
      addresses: Json<string[]>;
      joined_at: Date;
      seen_at: Date;
      among: number;
      skew_ms: number;
      left_at: Date | null;
      reason: string | null;
    };
  }
}
