import type { Generated } from "kysely";

declare module "../../platform/storage/tables.ts" {
  interface Tables {
    record_lineage: { only: Generated<boolean>; record: string; generation: number };
  }
}
