import type { Generated } from "kysely";

declare module "../../platform/storage/tables.ts" {
  interface Tables {
    boundary_source: {
      id: Generated<number>;
      name: string;
      kind: string;
      format: string;
      digest: string;
      bytes: number;
      unreadable: number;
      ended: number;
      as_of: Date;
      as_of_from: string;
      recorded_at: Date;
      recorded_by: string;
    };
    boundary_retirement: { source_id: number; name: string; retired_at: Date; retired_by: string };
    boundary_record: { source_id: number; number: number; name: string | null; address: string | null; detail: string };
  }
}
