/**
 * The problems a log can have:
 *
 * - `entry-missing`: a number is skipped; `entry-repeated`: a number comes twice, or out of order
 * - `entry-altered`: body and leaf hash do not belong together
 * - `entry-malformed`: the body is not an entry in canonical JSON, though its hash fits
 * - `entry-contradicts`: index, type or time beside the body differ from the body
 * - `entry-body-missing`: the body is gone, and no pruning states that
 * - `log-start`: entry 0 does not create the log, or a later one claims to
 * - `log-key`: entry 0 names another key than the one that the reader expects
 * - `key-rotation`: an entry claims a new key, and the old one did not hand the log over to it
 * - `checkpoint-retired-key`: signed by a key of the log that was not its key at that size
 * - `checkpoint-malformed`, `checkpoint-signature`, `checkpoint-unknown-key`: the signed note itself
 * - `checkpoint-mismatch`: a rightly signed root that the entries do not give
 * - `tail-missing`: a checkpoint was signed over more entries than there are
 * - `head-mismatch`: the unsigned head that appending continues from does not fit the entries
 * - `more`: how many further problems are left out
 */
export type ProblemKind =
  | "entry-missing"
  | "entry-repeated"
  | "entry-altered"
  | "entry-malformed"
  | "entry-contradicts"
  | "entry-body-missing"
  | "log-start"
  | "log-key"
  | "key-rotation"
  | "checkpoint-retired-key"
  | "checkpoint-malformed"
  | "checkpoint-signature"
  | "checkpoint-unknown-key"
  | "checkpoint-mismatch"
  | "tail-missing"
  | "head-mismatch"
  | "more";

export interface LogProblem {
  readonly kind: ProblemKind;
  /** Index of the entry, the first one where several are concerned. */
  readonly entry?: number;
  /** Size for which the checkpoint was signed. */
  readonly checkpoint?: number;
  /** A full sentence; text from the log in it is bounded and printable ASCII. */
  readonly problem: string;
}

export interface VerifyReport {
  readonly ok: boolean;
  /** Entries read. */
  readonly entries: number;
  /** Checkpoints read. */
  readonly checkpoints: number;
  /** Base64 of the root over all entries; empty when missing entries leave it undefined. */
  readonly rootHash: string;
  /** Entries from this index on are covered by no signature that was verified here. */
  readonly signedSize: number;
  /** Entries of which retention left the hash; `by`: the entries that say so. Absent: there are none. */
  readonly hashOnly?: { readonly entries: number; readonly by: readonly number[] };
  /** Keys used to check signatures, as `name+id+base64`. */
  readonly keys: readonly string[];
  /** Of the key that entry 0 names, 64 hex digits; absent if it names none. */
  readonly fingerprint?: string;
  /** Handovers of the log to another key, both of which signed them. */
  readonly rotations: readonly {
    /** Index of the entry; checkpoints of more entries than this are signed by the new key. */
    readonly entry: number;
    readonly keyId: string;
    /** Of the new key, 64 hex digits. */
    readonly fingerprint: string;
    readonly previousKeyId: string;
  }[];
  /** In the order of the log, so the first is the earliest. */
  readonly problems: readonly LogProblem[];
}

const MAX_PROBLEMS = 100;

/** A problem whose text later entries and checkpoints can still complete. */
export interface OpenProblem {
  amend(change: (problem: LogProblem) => LogProblem): void;
}

/** Collects problems and keeps the first hundred; a log that is wrong everywhere does not fill memory. */
export function collectProblems(): { add(problem: LogProblem): OpenProblem; list(): LogProblem[] } {
  const kept: LogProblem[] = [];
  let dropped = 0;
  return {
    add(problem) {
      if (kept.length === MAX_PROBLEMS) {
        dropped += 1;
        return { amend: () => undefined };
      }
      const place = kept.push(problem) - 1;
      return {
        amend(change) {
          kept[place] = change(kept[place] ?? problem);
        },
      };
    },
    list() {
      if (dropped === 0) return kept;
      return [...kept, { kind: "more", problem: `${dropped} further problems are not listed.` }];
    },
  };
}
