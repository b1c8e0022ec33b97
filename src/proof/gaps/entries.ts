import type { CompensatingEvidence, GapCause, Party, Principal } from "../../model/index.ts";

/** JSON of `AlsoBy` and of a `Party`, as in the entries about port baselines. */
type AlsoBy = { readonly name: string; readonly through: "link" | "key"; readonly since?: string };
type PartyJson = {
  readonly person: string;
  readonly name: string;
  readonly through: Party["through"];
  readonly since?: string;
};
type Decided = {
  readonly by: string;
  readonly through: Principal["kind"];
  /** Null for the operator. */
  readonly user: string | null;
  readonly alsoBy?: readonly AlsoBy[];
  readonly parties: readonly PartyJson[];
};
/** Gaps of several subjects with the same beginning and end. */
type Stretch = {
  readonly from: string;
  readonly to: string;
  readonly assets?: readonly string[];
  /** Targets of which it is the undeclared hosts. */
  readonly undeclaredIn?: readonly string[];
};

declare module "../../model/entry.ts" {
  interface EntryData {
    /** A person stated why nobody looked, for exactly these times. */
    "gap-explained": Decided & {
      readonly explanation: number;
      readonly vantage: string;
      /** The name of the gap. */
      readonly gap: string;
      readonly cause: GapCause;
      readonly text: string;
      readonly references: readonly string[];
      readonly gaps: readonly Stretch[];
      /** Computed, for the named gap: what other sources covered. */
      readonly evidence: readonly {
        readonly [Field in keyof CompensatingEvidence]: NonNullable<CompensatingEvidence[Field]>;
      }[];
    };
    /** Another person accepted an explanation as it is. */
    "gap-signed-off": Decided & { readonly explanation: number; readonly gap: string };
  }
}
