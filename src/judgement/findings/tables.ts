import type { Generated } from "kysely";
import type { DeviationKind, FindingStatus, JsonValue } from "../../model/index.ts";
import type { Json } from "../../platform/storage/index.ts";

declare module "../../platform/storage/tables.ts" {
  interface Tables {
    finding: {
      id: Generated<number>;
      fingerprint: string;
      kind: DeviationKind;
      vantage_id: number;
      /** Read it with readDeviating: the kind determines the type of the subject. */
      subject: Json<JsonValue>;
      summary: string;
      /** Whether an open one was seen again is not stored: the history shows it. */
      status: Exclude<FindingStatus, "unchanged">;
      opened_at: Date;
      /** As the last entry about it states. */
      last_seen_at: Date;
      resolved_at: Date | null;
      resolution: string | null;
      out_of_scope_at: Date | null;
      out_of_scope_version: number | null;
      gap_from: Date | null;
      gap_to: Date | null;
    };
    /** An episode that another one followed; the latest one is in the row of the finding. */
    finding_episode: {
      finding_id: number;
      /** From 1. */
      number: number;
      opened_at: Date;
      last_seen_at: Date | null;
      resolved_at: Date | null;
      resolution: string | null;
      out_of_scope_at: Date | null;
      out_of_scope_version: number | null;
    };
    finding_event: {
      id: Generated<number>;
      finding_id: number;
      at: Date;
      status: Exclude<FindingStatus, "unchanged">;
      sweep_id: number | null;
      note: string;
    };
  }
}
