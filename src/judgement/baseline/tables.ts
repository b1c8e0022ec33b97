import type { Generated } from "kysely";
import type { AuthorizedPort, Party, Principal } from "../../model/index.ts";
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
    baseline_proposal: {
      id: Generated<number>;
      proposed_at: Date;
      proposed_by: string;
      user_id: string | null;
      digest: string | null;
      proposed: number;
      entry_index: number;
      document: string | null;
      file: string | null;
      ports_digest: string | null;
      on_version: number | null;
      parties: Json<Party[]> | null;
    };
    baseline_approval: {
      version: number;
      approved_at: Date;
      approved_by: string;
      through: Principal["kind"];
      user_id: string | null;
      entry_index: number;
      proposal_id: number | null;
      parties: Json<Party[]> | null;
    };
  }
}
