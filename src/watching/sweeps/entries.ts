import type { JsonValue, SweepKind, SweepVerdict } from "../../model/index.ts";

type Fields = { readonly [field: string]: JsonValue };

declare module "../../model/entry.ts" {
  interface EntryData {
    "sweep-started": {
      readonly sweep: number;
      readonly kind: SweepKind;
      readonly targets: readonly string[];
      readonly vantage: string;
      readonly engine: string;
      readonly parameters: Fields;
      /** One text for an imported sweep. */
      readonly addresses: string | readonly string[];
      readonly ports: string;
      readonly planDigest: string;
      /** With the plan, it performs the sweep again exactly; empty for an imported sweep. */
      readonly seed: string;
      readonly planned: number;
      readonly scopeVersion: number;
      readonly requestedBy: string;
      readonly worker?: number;
      /** Of an imported sweep, by the other scanner's clock. */
      readonly startedAt?: string;
    };
    "sweep-resumed": {
      readonly sweep: number;
      readonly run: number;
      readonly firstIndex: number;
      readonly planned: number;
      readonly goesOn: boolean;
      readonly worker?: number;
    };
    "sweep-finished": {
      readonly sweep: number;
      readonly verdict: SweepVerdict;
      readonly reason?: string;
      readonly planned: number;
      readonly counts: Fields;
      readonly recall?: Fields;
      readonly engineReport?: Fields;
      readonly runs: readonly {
        readonly probedFrom: string;
        readonly probedTo: string;
        readonly coverageDigest: string;
        readonly endpoints: number;
      }[];
      /** The first thousand open endpoints. */
      readonly open: readonly string[];
      readonly services?: JsonValue;
      readonly secondLooks: number;
      readonly ignoredOutOfOrder: number;
      readonly limited?: JsonValue;
      readonly baselineVersion?: number;
      /** Of an imported sweep. */
      readonly leftOut?: { readonly [why: string]: number };
      readonly endedAt?: string;
    };
  }
}
