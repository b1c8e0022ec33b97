import type { Generated } from "kysely";
import type { CompensatingEvidence, Party, Principal } from "../../model/index.ts";
import type { Json } from "../../platform/storage/index.ts";

declare module "../../platform/storage/tables.ts" {
  interface Tables {
    gap_explanation: {
      id: Generated<number>;
      vantage: string;
      gap: string;
      cause: string;
      explanation: string;
      refers_to: Json<string[]>;
      evidence: Json<CompensatingEvidence[]>;
      explained_at: Date;
      explained_by: string;
      through: Principal["kind"];
      user_id: string | null;
      parties: Json<Party[]>;
    };
    /** The exact times that an explanation names: of an asset, or of the undeclared hosts of a target. */
    gap_explained: {
      explanation_id: number;
      asset: string | null;
      undeclared_in: string | null;
      gap_from: Date;
      gap_to: Date;
    };
    gap_sign_off: {
      explanation_id: number;
      signed_at: Date;
      signed_by: string;
      through: Principal["kind"];
      user_id: string | null;
      parties: Json<Party[]>;
    };
  }
}
