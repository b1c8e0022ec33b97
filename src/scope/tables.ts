import type { Scope } from "../model/index.ts";
import type { Json } from "../platform/storage/index.ts";

declare module "../platform/storage/tables.ts" {
  interface Tables {
    scope_version: {
      version: number;
      digest: string;
      document: string;
      scope: Json<Scope>;
      recorded_at: Date;
      recorded_by: string;
    };
    asset_address: { asset: string; valid_from: Date; ranges: Json<{ first: string; last: string }[]> };
  }
}
