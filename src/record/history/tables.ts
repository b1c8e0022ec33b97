import type { Generated } from "kysely";
import type { EndpointState, ServiceIdentity, Transport } from "../../model/index.ts";
import type { Json } from "../../platform/storage/index.ts";

type ObservedState = Exclude<EndpointState, "not-scanned">;

declare module "../../platform/storage/tables.ts" {
  interface Tables {
    endpoint: { id: Generated<number>; address: string; transport: Transport; port: number };
    coverage_set: { id: Generated<number>; digest: string; extent: string; endpoints: number };
    coverage_range: {
      set_id: number;
      first_address: string;
      last_address: string;
      transport: Transport;
      state: ObservedState;
      /** PostgreSQL multirange text: `{[22,23),[80,91)}`. */
      ports: string;
    };
    coverage: {
      sweep_id: number;
      run: number;
      vantage_id: number;
      set_id: number;
      probed_from: Date;
      probed_to: Date;
      trusted: boolean;
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
      /** PostgreSQL range text; read it with lower() and upper(). */
      during: string;
      identified_at: Date | null;
      asked_at: Date;
      first_sweep: number;
      last_sweep: number | null;
    };
    monitoring_gap: {
      id: Generated<number>;
      cause: "suspended" | "clock-forward" | "clock-back" | "not-running";
      gap_from: Date;
      gap_to: Date;
      detail: string;
      recorded_at: Date;
    };
  }
}
