import type { Principal } from "../../model/index.ts";

declare module "../../model/entry.ts" {
  interface EntryData {
    "baseline-proposed": { readonly proposedBy: string; readonly user: string; readonly proposed: number };
    "baseline-approved": {
      readonly version: number;
      readonly digest: string;
      readonly approvedBy: string;
      readonly authorizedPorts: number;
      /** What let them approve: whoever runs the installation says a name; whoever signed in is who they are. */
      readonly through: Principal["kind"];
    };
  }
}
