import type { Generated } from "kysely";
import type { Json } from "../../platform/storage/index.ts";

declare module "../../platform/storage/tables.ts" {
  interface Tables {
    sensor_invitation: {
      id: Generated<number>;
      name: string;
      token_sha256: string;
      requested_by: string;
      created_at: Date;
      expires_at: Date;
      used_at: Date | null;
    };
    sensor: {
      id: Generated<number>;
      name: string;
      invitation_id: number;
      public_key: Uint8Array;
      key_id: string;
      host: string;
      platform: string;
      version: string;
      enrolled_at: Date;
      revoked_at: Date | null;
      journal: string | null;
      taken: Generated<number>;
      /** The last record that an entry states as taken. */
      stated_taken: number | null;
      run: Generated<number>;
      exchange: Generated<number>;
      reported_at: Date | null;
      /** The report of which an entry last stated the time. */
      stated_at: Date | null;
      interval_ms: number | null;
      skew_ms: number | null;
      skew_uncertainty_ms: number | null;
      skew_at: Date | null;
      source_id: number;
    };
    sensor_journal: { sensor_id: number; journal: string; begun_at: Date };
    sensor_clock: { sensor_id: number; clock: string; zero: Date; measured_at: Date };
    sensor_address: { sensor_id: number; valid_from: Date; addresses: Json<string[]> };
  }
}
