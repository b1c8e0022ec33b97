import type { JsonValue } from "../model/index.ts";

declare module "../model/entry.ts" {
  interface EntryData {
    "scope-recorded": {
      readonly version: number;
      readonly digest: string;
      /** SHA-256 (hex) of the document that it was read from. */
      readonly documentDigest?: string;
      readonly name: string;
      readonly recordedBy: string;
      readonly targets: number;
      readonly assets: number;
    };
    "sweep-refused": {
      readonly requestedBy: string;
      readonly scopeVersion: number;
      /** The first hundred refusals. */
      readonly refusals: readonly { readonly [field: string]: JsonValue }[];
      readonly refused: number;
    };
    "gap-recorded": {
      readonly cause: string;
      readonly from: string;
      readonly to: string;
      readonly detail: string;
      /** Of a clock that was set back: runs of sweeps that cover nothing since, and who said that the clock is right. */
      readonly voidRuns?: number;
      /** Those of them that were imported. */
      readonly voidImports?: number;
      /** The number of the last look before the step. */
      readonly lastLook?: number;
      /** The number of the last sweep that had begun before the step. */
      readonly lastSweep?: number;
      /** The versions that stay in force, whatever time they were recorded with; 0: none. */
      readonly scopeVersion?: number;
      readonly baselineVersion?: number;
      readonly by?: string;
    };
  }
}
