import type { CompensatingEvidence, GapCause, Instant, Party, Principal } from "../../model/index.ts";
import type { ExplainedStretch } from "./explained.ts";

/** Who decided: their name in the record, how they were authenticated, their account, and every person behind them. */
export interface Decider {
  readonly by: string;
  readonly through: Principal["kind"];
  /** Undefined for the operator. */
  readonly user: string | undefined;
  readonly parties: readonly Party[];
}

export interface GivenExplanation extends Decider {
  readonly vantage: string;
  /** The name of the gap that was explained; the explanation may name others with it. */
  readonly gap: string;
  readonly cause: GapCause;
  readonly text: string;
  /** Tickets, pages, files: text of the explainer's. */
  readonly references: readonly string[];
  readonly gaps: readonly ExplainedStretch[];
  /** What other sources covered of the named gap, computed when it was explained. */
  readonly evidence: readonly CompensatingEvidence[];
}

export interface SignOff extends Decider {
  readonly at: Instant;
}

export interface StoredExplanation extends GivenExplanation {
  readonly id: number;
  readonly at: Instant;
  readonly signedOff?: SignOff | undefined;
}
