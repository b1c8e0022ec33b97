import type { Principal } from "../../model/index.ts";

declare module "../../model/entry.ts" {
  interface EntryData {
    "baseline-proposed": { readonly proposedBy: string; readonly user: string; readonly proposed: number };
    "baseline-approved": {
      readonly version: number;
      readonly digest: string;
      readonly approvedBy: string;
      readonly authorizedPorts: number;
      /** How the approver was authenticated: an operator only states a name, a user has signed in. */
      readonly through: Principal["kind"];
    };
  }
}
