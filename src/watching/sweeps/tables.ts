import type { ColumnType, Generated } from "kysely";
import type { EngineReport, JsonValue, Recall, SweepCounts, SweepKind, SweepVerdict } from "../../model/index.ts";
import type { Json } from "../../platform/storage/index.ts";

declare module "../../platform/storage/tables.ts" {
  interface Tables {
    sweep: {
      id: Generated<number>;
      kind: SweepKind;
      targets: Json<string[]>;
      vantage_id: number;
      engine: string;
      parameters: Json<{ [key: string]: JsonValue }>;
      plan: Json<JsonValue>;
      plan_digest: string;
      seed: string;
      planned: number;
      scope_version: number;
      requested_by: string;
      started_at: Date;
      ended_at: Date | null;
      /** Null while it runs. */
      recorded_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
      verdict: SweepVerdict | null;
      reason: string | null;
      counts: Json<SweepCounts> | null;
      recall: Json<Recall> | null;
      lease_until: Date | null;
      engine_report: ColumnType<EngineReport | null, string | null | undefined, string | null>;
      worker_id: ColumnType<number | null, number | null | undefined, number | null>;
      run: Generated<number>;
      announced: Generated<boolean>;
    };
    sweep_chunk: {
      sweep_id: number;
      first_index: number;
      next_index: number;
      run: number;
      states: Uint8Array;
      probed_from: Date;
      probed_to: Date;
      open_at: Json<[index: number, at: string][]>;
    };
  }
}
