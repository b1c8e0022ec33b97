import type { ColumnType, Generated, RawBuilder } from "kysely";
import type { EndpointState, JsonValue, ServiceIdentity, Transport } from "../../model/index.ts";
import type { Json } from "../../platform/storage/index.ts";

type ObservedState = Exclude<EndpointState, "not-scanned">;

declare module "../../platform/storage/tables.ts" {
  interface Tables {
    endpoint: { id: Generated<number>; address: string; transport: Transport; port: number };
    /** What a run covered, by the root of the tree over its hosts. `digest` names it in entries from before there was one. */
    coverage_set: {
      id: Generated<number>;
      root: Uint8Array;
      /** Numbers of host states, by address. */
      hosts: ColumnType<number[], RawBuilder<number[]>, never>;
      extent: string;
      endpoints: number;
      digest: Generated<string | null>;
    };
    host_state: {
      id: Generated<number>;
      first_address: string;
      last_address: string;
      states: string;
      salt: Uint8Array;
      leaf_hash: Uint8Array;
    };
    commitment_secret: { only: Generated<boolean>; secret: Uint8Array };
    /** Of a run of a sweep, or of a source. For a source, `sweep_id`, `run` and `set_id` are null. */
    coverage: {
      sweep_id: number | null;
      run: number | null;
      vantage_id: number;
      set_id: number | null;
      covered_from: Date;
      covered_to: Date;
      trusted: boolean;
      source_id: number | null;
    };
    /** Runs dated after a step of the clock that followed them. They cover nothing. */
    coverage_void: { sweep_id: number; run: number };
    /** Until when a stretch that a source watched counts, after a step of the clock; null: it does not count at all. */
    coverage_cut: { source_id: number; covered_from: Date; counts_until: Date | null };
    /** A run of a sweep of every minute that saw what an earlier one of its vantage point saw. Trusted, as that one was. */
    look: {
      id: Generated<number>;
      set_id: number;
      vantage_id: number;
      /** Of a rolling sample; null: of known endpoints. */
      turn: number | null;
      covered_from: Date;
      covered_to: Date;
    };
    endpoint_interval: {
      endpoint_id: number;
      vantage_id: number;
      state: ObservedState;
      /** PostgreSQL range text; read it with lower() and upper(). */
      during: string;
      first_sweep: number;
      last_sweep: number | null;
    };
    service_interval: {
      endpoint_id: number;
      vantage_id: number;
      identity: Json<ServiceIdentity> | null;
      /** With the banner in the identity, it gives the commitment that entries state. */
      salt: Uint8Array | null;
      /** PostgreSQL range text; read it with lower() and upper(). */
      during: string;
      identified_at: Date | null;
      asked_at: Date;
      first_sweep: number;
      last_sweep: number | null;
    };
    source: {
      id: Generated<number>;
      kind: "sensor";
      vantage_id: number;
      watched_from: Date | null;
      watched_until: Date | null;
      /** Until when an entry states that it watched. */
      stated_until: Generated<Date | null>;
    };
    source_interval: {
      source_id: number;
      key: string;
      value: Json<JsonValue>;
      /** PostgreSQL range text; read it with lower() and upper(). */
      during: string;
      estimated: boolean;
    };
    gap: {
      id: Generated<number>;
      /** Null: of the installation itself. */
      source_id: number | null;
      cause: string;
      gap_from: Date;
      gap_to: Date;
      detail: string | null;
      recorded_at: Date;
    };
  }
}
