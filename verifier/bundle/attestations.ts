import { checkCosignatures, parseWitnessKey } from "../cosignature.ts";
import { shown } from "../entry.ts";
import { listOf, numberOf, parsedJson, textIn } from "../json.ts";
import { parseNote } from "../note.ts";
import type { ReadCheckpoint } from "./checkpoints.ts";
import { spanOf, uncovered, type Covering } from "./covering.ts";
import type { Facts } from "./facts.ts";
import { COSIGNATURES_FILE, POLICY_FILE, TIMESTAMPS_FOLDER } from "./layout.ts";
import type { Problems } from "./problems.ts";
import { quorumOf } from "./quorum.ts";
import type { BundleReader } from "./reader.ts";
import { count, utc } from "./text.ts";
import { signerOf } from "./timestamp.ts";

export interface CheckedAttestations {
  readonly checked: readonly string[];
  readonly unchecked: readonly string[];
  /** Keys of witnesses that cosigned, as vkeys, sorted. */
  readonly witnesses: readonly string[];
}

/** The parts of the bundle that attestations are compared with. */
interface Attested {
  readonly checkpoints: readonly ReadCheckpoint[];
  readonly facts: Pick<Facts, "timestamps" | "disagreements" | "times">;
  /** Entries before the stretch of the bundle. */
  readonly first: number;
}

/**
 * Checks the cosignatures of witnesses, by the keys that come with them, and timestamps, by their entries and certificates;
 * and names the times that neither covers.
 */
export async function checkAttestations(
  reader: BundleReader,
  paths: Iterable<string>,
  attested: Attested,
  problems: Problems,
): Promise<CheckedAttestations> {
  const { checkpoints, facts, first } = attested;
  const [checked, unchecked]: [string[], string[]] = [[], []];
  const noteOf = (size: number): string | undefined => checkpoints.find(({ body }) => body.size === size)?.note;
  for (const { witness, size, witnessed, at, entry } of facts.disagreements) {
    unchecked.push(
      `${shown(witness)} refused the checkpoint over ${size} entries at ${utc(at)} (entry ${entry}): it had cosigned ${witnessed}, and holds another history of this log.`,
    );
  }
  const { byWitness, unverified } = await readCosignatures(reader, noteOf, problems);
  for (const [vkey, statements] of byWitness) {
    const name = shown(vkey.split("+")[0] ?? "");
    if (statements.length > 0)
      checked.push(
        `${count(statements.length, "cosignature")} of ${name}, ${spanOf(statements)}, by its key in tlog-policy.`,
      );
    const times = uncovered(statements, facts.times, first);
    if (times.length > 0)
      unchecked.push(`${name} cosigned late, or nothing, of what was recorded: ${times.join("; ")}.`);
  }
  if (unverified > 0) unchecked.push(`${count(unverified, "cosignature")} of a kind that cannot be checked here.`);

  const quorum = quorumOf((await reader.text(POLICY_FILE)) ?? "");
  if (quorum.name !== "none") {
    const met = checkpoints.filter(({ body: { size } }) =>
      quorum.isMet(
        new Set([...byWitness].flatMap(([vkey, of]) => (of.some((each) => each.size === size) ? [vkey] : []))),
      ),
    );
    const last = met.at(-1)?.body.size ?? 0;
    (last > 0 ? checked : unchecked).push(
      `The quorum of tlog-policy (${shown(quorum.name)}) is met by ${met.length} of ${count(checkpoints.length, "checkpoint")}, the last over ${last} entries.`,
    );
  }

  const stamps = await readTimestamps(reader, paths, noteOf, facts.timestamps, problems);
  for (const [by, number] of stamps) {
    const isChecked = by !== NO_ENTRY && by !== NOT_CHECKED;
    (isChecked ? checked : unchecked).push(
      `${count(number, "timestamp")} (RFC 3161)${isChecked ? ", signed by" : ":"} ${shown(by, 200)}.`,
    );
  }
  if (byWitness.size + stamps.size > 0)
    unchecked.push(
      "Whose the keys of witnesses and the certificates of timestamps are: compare them with what their owners publish; openssl ts -verify -data SIZE.checkpoint -in FILE.tsr -CAfile THEIRS.",
    );
  const statements = [...facts.timestamps.values()];
  const times = statements.length === 0 ? [] : uncovered(statements, facts.times, first);
  if (times.length > 0) unchecked.push(`Timestamps are late or missing for what was recorded: ${times.join("; ")}.`);
  if (byWitness.size + statements.length === 0)
    unchecked.push(
      "No witness and no timestamping authority attested anything: times and order are the log's own word.",
    );
  return { checked, unchecked, witnesses: [...byWitness.keys()].sort() };
}

async function readTimestamps(
  reader: BundleReader,
  paths: Iterable<string>,
  noteOf: (size: number) => string | undefined,
  timestamps: Facts["timestamps"],
  problems: Problems,
): Promise<Map<string, number>> {
  const bySigner = new Map<string, number>();
  for (const path of paths) {
    if (!path.startsWith(TIMESTAMPS_FOLDER)) continue;
    const [, size, kind] =
      /^(\d+)(?:-[0-9a-f]{8})?\.(checkpoint|tsr)$/.exec(path.slice(TIMESTAMPS_FOLDER.length)) ?? [];
    const note = kind === undefined ? undefined : noteOf(Number(size));
    if (note === undefined) problems(path, "belongs to no checkpoint of this bundle");
    else if (kind === "checkpoint") {
      if ((await reader.text(path)) !== note) problems(path, "is not that checkpoint");
    } else {
      const response = await reader.bytes(path);
      const stated = timestamps.get((await reader.digest(path)).sha256);
      let signer: string | undefined;
      try {
        signer = stated && signerOf(response, note, stated.at);
      } catch (error) {
        problems(path, shown(error instanceof Error ? error.message : String(error)));
        continue;
      }
      const by = signer ?? (stated === undefined ? NO_ENTRY : NOT_CHECKED);
      bySigner.set(by, (bySigner.get(by) ?? 0) + 1);
    }
  }
  return bySigner;
}

const NO_ENTRY = "entry not in this bundle";
const NOT_CHECKED = "by the SHA-256 in its entry; its signature is not checked here";

async function readCosignatures(
  reader: BundleReader,
  noteOf: (size: number) => string | undefined,
  problems: Problems,
): Promise<{ readonly byWitness: ReadonlyMap<string, Covering[]>; readonly unverified: number }> {
  const byWitness = new Map<string, Covering[]>();
  let unverified = 0;
  for await (const [index, text] of reader.records(COSIGNATURES_FILE)) {
    const [said, vkey, line] = listOf(parsedJson(text));
    const size = numberOf(said) ?? -1;
    const key = parseWitnessKey(textIn(vkey));
    const signed = noteOf(size);
    const note =
      signed === undefined ? undefined : parseNote(`${signed.slice(0, signed.lastIndexOf("\n\n") + 2)}${textIn(line)}`);
    const [check] = key === undefined || note === undefined ? [] : await checkCosignatures(note, [key]);
    const statements = byWitness.get(textIn(vkey)) ?? [];
    byWitness.set(textIn(vkey), statements);
    if (check?.outcome === "verified") statements.push({ size, at: check.seconds * 1_000 });
    else if (check?.outcome === "unchecked") unverified += 1;
    else
      problems(
        COSIGNATURES_FILE,
        shown(check?.problem ?? "is not a cosignature of a checkpoint of this bundle"),
        index,
      );
  }
  return { byWitness, unverified };
}
