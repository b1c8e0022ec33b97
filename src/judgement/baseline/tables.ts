import type { AuthorizedPort } from "../../model/index.ts";
import type { Json } from "../../platform/storage/index.ts";

declare module "../../platform/storage/tables.ts" {
  interface Tables {
    port_baseline_version: {
      version: number;
      digest: string;
      document: string;
      authorized_ports: Json<AuthorizedPort[]>;
      approved_by: string;
      approved_at: Date;
    };
  }
}
