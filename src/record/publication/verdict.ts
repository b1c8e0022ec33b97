import type { VerifierKey } from "../evidence/index.ts";

/**
 * What a checkpoint kept outside says about the log in this database:
 *
 * - `contained`: it belongs to this log
 * - `superseded`: a signed restore explains that the log does not have it
 * - `rolled-back`: the whole database is an earlier state
 * - `tail-cut`: the log ends earlier, and other rows of the database know of what followed
 * - `forked`: the key signed another history of the same size
 * - `altered`: the entries are not the signed ones, and no signature of this log covers them
 * - `replaced`: it is of another log, or of a key that this log never had
 * - `unusable`: not a checkpoint, or was changed after it was signed
 */
export const VERDICTS = [
  "contained",
  "superseded",
  "rolled-back",
  "tail-cut",
  "forked",
  "altered",
  "replaced",
  "unusable",
] as const;
export type Verdict = (typeof VERDICTS)[number];

/** Verdicts under which nothing may be appended: whatever follows would be another history. */
export type Alarm = "rolled-back" | "tail-cut" | "forked" | "altered" | "replaced";

export function isAlarm(verdict: Verdict): verdict is Alarm {
  return !["contained", "superseded", "unusable"].includes(verdict);
}

/** A signed note from outside. */
export interface HeldNote {
  readonly note: string;
  /** Where it is, for people: a file, `the home`. */
  readonly from: string;
  /** Of the record when it was published, if that is known: the restore that began it does not explain it. */
  readonly generation?: number | undefined;
}

export interface LogFacts {
  readonly origin: string;
  readonly size: number;
  /** Every key that the log has had. */
  readonly keys: readonly VerifierKey[];
  /** The root over so many entries, for the sizes of the notes; undefined: entries are missing. */
  rootAt(size: number): Uint8Array | undefined;
  /** The size of the largest checkpoint in the database that a key of the log signed and the entries give. */
  readonly signedSize: number;
  /** Rows of the database that know of entries after the last one: main clauses. */
  readonly beyond: readonly string[];
  /** Signed restores, oldest first. `lost`: the largest size that was known to be signed before it. */
  readonly restores: readonly {
    readonly entry: number;
    readonly generation: number;
    readonly lost?: number | undefined;
  }[];
}

export interface Judged {
  readonly from: string;
  /** Absent: the note cannot be read. */
  readonly size?: number;
  readonly verdict: Verdict;
  /** Full sentences. */
  readonly problem: string;
  /** Entries of an earlier generation that a restore left out. */
  readonly lost?: { readonly from: number; readonly to: number; readonly restore: number; readonly generation: number };
}

/** What to do about each alarm. */
export const NEXT: Readonly<Record<Alarm, string>> = {
  "rolled-back":
    "Put the newer database back. If it is lost: portolan backup, then portolan restore into an empty database. A signed entry then says that the record continues from an earlier state.",
  "tail-cut":
    "Keep a copy of this database for an investigation, and restore the newest backup into an empty database.",
  forked:
    "Find the other database, and keep copies of both. Then restore a backup of the right one into an empty database.",
  altered: "Keep a copy of this database for an investigation, and restore the newest backup into an empty database.",
  replaced:
    "Correct DATABASE_URL or PORTOLAN_HOME. If this is the right database, name a place for its checkpoints that holds no others.",
};
