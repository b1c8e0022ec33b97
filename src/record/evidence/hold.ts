/** Why nothing may be appended to a log: a checkpoint from outside contradicts it. */
export interface Hold {
  /** `rolled-back`, `tail-cut`, `forked`, `altered` or `replaced`. */
  readonly verdict: string;
  /** Full sentences. */
  readonly problem: string;
  readonly next: string;
}
