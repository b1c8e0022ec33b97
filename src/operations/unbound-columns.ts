/** Columns that need no entry, in tables whose capability does not say so beside its bindings: each with the reason. */
export const NEEDS_NONE: { readonly [table: string]: string | { readonly [column: string]: string } } = {
  evidence_entry: "it is the log itself, which verify recomputes",
  evidence_head: "verify recomputes it from the entries",
  evidence_checkpoint: "verify recomputes each root, and compares the columns with the signed note",
  checkpoint_cosignature: "the witness signs it, and verify checks its signature against the note of the checkpoint",
  checkpoint_sent: "it says what need not be sent again; what proves that a checkpoint was published is outside",
  checkpoint_destination: "it says when a destination is tried again",
  schema_migration: "it describes the program, not the record: a changed digest stops the next start",
  outbox: "a notice repeats what its entry says, and no answer reads it",
  idempotency_key: "it repeats an answer that was given once, for a day; what the request recorded has its own entries",
  commitment_secret: "it salts states that are written; the salt of each is stored beside it",
  record_lineage: "each start compares it with the copy in the home, and a restore is an entry",
  identity_session:
    "it lasts half a day at most, its cookie is signed with a secret that the database lacks, and signing in is an entry",
  identity_verification: "it is a challenge that waits for its response, for minutes",
  sweep_chunk: "it is the journal of a sweep that runs: its end turns it into coverage with an entry",
};

/** Columns that answers use and no entry states yet. */
export const NOT_BOUND_YET: { readonly [table: string]: readonly string[] } = {};
