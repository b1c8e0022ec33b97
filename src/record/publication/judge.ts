import { checkNote, parseCheckpointBody, parseNote, quoted, sameHash, type CheckpointBody } from "../evidence/index.ts";
import type { HeldNote, Judged, LogFacts, Verdict } from "./verdict.ts";

interface Read {
  readonly held: HeldNote;
  readonly body: CheckpointBody;
}

/**
 * Compares checkpoints that were kept outside with the log: each either belongs to it, or shows what was done to it.
 * The results have the order of the notes.
 */
export async function judgeHeld(notes: readonly HeldNote[], log: LogFacts): Promise<Judged[]> {
  const read = await Promise.all(notes.map((held) => readNote(held, log)));
  const contained = read.flatMap((each) => ("body" in each && belongs(each.body, log) ? [each.body.size] : []));
  return read.map((each) => ("body" in each ? judge(each, log, contained) : each));
}

function belongs({ size, rootHash }: CheckpointBody, log: LogFacts): boolean {
  const own = size <= log.size ? log.rootAt(size) : undefined;
  return own !== undefined && sameHash(own, rootHash);
}

function judgedAs(verdict: Verdict, { held, body }: Pick<Read, "held"> & Partial<Read>, problem: string): Judged {
  return { from: held.from, ...(body === undefined ? {} : { size: body.size }), verdict, problem };
}

async function readNote(held: HeldNote, log: LogFacts): Promise<Read | Judged> {
  const note = parseNote(held.note);
  const body = note === undefined ? undefined : parseCheckpointBody(note.text);
  if (note === undefined || body === undefined) {
    return judgedAs("unusable", { held }, "It is not a C2SP checkpoint, so it proves nothing about this log.");
  }
  if (body.origin !== log.origin) {
    return judgedAs(
      "replaced",
      { held, body },
      `It is of the log ${quoted(body.origin)}, and this database holds ${quoted(log.origin)}.`,
    );
  }
  if (log.keys.length === 0) {
    return judgedAs("unusable", { held, body }, "Entry 0 of this log names no key, so no signature can be compared.");
  }
  const check = await checkNote(note, log.keys);
  switch (check.outcome) {
    case "verified":
      return { held, body };
    case "unknown-keys":
      return judgedAs(
        "replaced",
        { held, body },
        `It is signed by ${quoted(check.signers.join(", "))}, and this log never had such a key: it names ${log.keys.map(({ id }) => id).join(", ")}.`,
      );
    case "unchecked":
    case "bad-signature":
    case "repeated-signature":
      return judgedAs(
        "unusable",
        { held, body },
        `Its signature of ${check.key.id} is not that key's, so it was changed after it was signed and proves nothing.`,
      );
  }
}

function judge(read: Read, log: LogFacts, contained: readonly number[]): Judged {
  const { size } = read.body;
  if (belongs(read.body, log)) return judgedAs("contained", read, "It belongs to this log.");
  const restore = excusing(read, log);
  if (restore !== undefined) {
    const { entry, generation } = restore;
    return {
      ...judgedAs(
        "superseded",
        read,
        `It was superseded by the restore at entry ${entry} (generation ${generation}): entries ${entry} to ${size - 1} of generation ${generation - 1} were lost with it.`,
      ),
      lost: { from: entry, to: size - 1, restore: entry, generation },
    };
  }
  if (size > log.size) {
    const span = `entries ${log.size} to ${size - 1}, which were signed, are missing`;
    return log.beyond.length > 0
      ? judgedAs("tail-cut", read, `The end of the log was cut off: ${span}, but ${log.beyond.join(" and ")}.`)
      : judgedAs(
          "rolled-back",
          read,
          `This database is an earlier state of the log: it ends after ${log.size} entries, and ${span}.`,
        );
  }
  if (Math.max(log.signedSize, ...contained) >= size) {
    const common = Math.max(0, ...contained.filter((each) => each < size));
    return judgedAs(
      "forked",
      read,
      `The key signed two histories, which part between entries ${common} and ${size - 1}: this database holds the other one.`,
    );
  }
  return judgedAs(
    "altered",
    read,
    `The first ${size} entries are not those that were signed, and nothing in this database is signed over them either.`,
  );
}

/** The restore that explains why the log does not have what the note was signed over; the last one that can. */
function excusing({ held, body }: Read, { restores }: LogFacts): LogFacts["restores"][number] | undefined {
  return restores.findLast(
    ({ entry, generation, lost }) =>
      entry < body.size &&
      (lost === undefined || body.size <= lost) &&
      (held.generation === undefined || held.generation < generation),
  );
}
