import { checkCosignatures, parseWitnessKey } from "../cosignature.ts";
import { parseNote } from "../note.ts";
import type { ReadCheckpoint } from "./checkpoints.ts";
import type { Facts } from "./facts.ts";
import { listOf, numberOf, parsedJson } from "../json.ts";
import { COSIGNATURES_FILE, TIMESTAMPS_FOLDER } from "./layout.ts";
import { shown } from "../entry.ts";
import type { Problems } from "./problems.ts";
import type { BundleReader } from "./reader.ts";
import { count } from "./text.ts";

export interface CheckedAttestations {
  readonly checked: readonly string[];
  readonly unchecked: readonly string[];
  /** Keys of witnesses that cosigned, as vkeys, sorted. */
  readonly witnesses: readonly string[];
}

/** Checks the cosignatures of witnesses, by the keys that come with them, and the bytes of timestamps, by their entries. */
export async function checkAttestations(
  reader: BundleReader,
  paths: Iterable<string>,
  checkpoints: readonly ReadCheckpoint[],
  { timestamps }: Pick<Facts, "timestamps">,
  problems: Problems,
): Promise<CheckedAttestations> {
  const checked: string[] = [];
  const unchecked: string[] = [];
  const noteOf = (size: number): string | undefined => checkpoints.find(({ body }) => body.size === size)?.note;
  const { cosigned, unverified, witnesses } = await checkLines(reader, noteOf, problems);
  if (cosigned > 0) {
    checked.push(
      `${count(cosigned, "cosignature")} of ${count(witnesses.length, "witness", "witnesses")}, by the keys in tlog-policy.`,
    );
    unchecked.push("Whether the keys of the witnesses in tlog-policy are theirs: ask the witnesses.");
  }
  if (unverified > 0) unchecked.push(`${count(unverified, "cosignature")} of a kind that cannot be checked here.`);
  let stamped = 0;
  let unnamed = 0;
  for (const path of paths) {
    if (!path.startsWith(TIMESTAMPS_FOLDER)) continue;
    const [, size, kind] =
      /^(\d+)(?:-[0-9a-f]{8})?\.(checkpoint|tsr)$/.exec(path.slice(TIMESTAMPS_FOLDER.length)) ?? [];
    if (kind === undefined || noteOf(Number(size)) === undefined) {
      problems.add(path, "belongs to no checkpoint of this bundle");
    } else if (kind === "checkpoint") {
      if ((await reader.text(path)) !== noteOf(Number(size))) problems.add(path, "is not that checkpoint");
    } else if (timestamps.has((await reader.digest(path)).sha256)) stamped += 1;
    else unnamed += 1;
  }
  if (stamped + unnamed > 0) {
    checked.push(`${count(stamped, "timestamp")} (RFC 3161), by the SHA-256 in the entry of each.`);
    const without = unnamed === 0 ? "" : ` The entries of ${count(unnamed, "timestamp")} are not in this bundle.`;
    unchecked.push(
      `The signatures of the timestamping authorities: openssl ts -verify -data SIZE.checkpoint -in FILE.tsr -CAfile THEIRS.${without}`,
    );
  }
  return { checked, unchecked, witnesses };
}

async function checkLines(
  reader: BundleReader,
  noteOf: (size: number) => string | undefined,
  problems: Problems,
): Promise<{ cosigned: number; unverified: number; witnesses: string[] }> {
  const witnesses = new Set<string>();
  let [cosigned, unverified] = [0, 0];
  for await (const [index, text] of reader.records(COSIGNATURES_FILE)) {
    const [size, vkey, line] = listOf(parsedJson(text));
    const key = parseWitnessKey(String(vkey));
    const signed = noteOf(numberOf(size) ?? -1);
    const note =
      signed === undefined ? undefined : parseNote(`${signed.slice(0, signed.lastIndexOf("\n\n") + 2)}${String(line)}`);
    const [check] = key === undefined || note === undefined ? [] : await checkCosignatures(note, [key]);
    witnesses.add(String(vkey));
    if (check?.outcome === "verified") cosigned += 1;
    else if (check?.outcome === "unchecked") unverified += 1;
    else {
      const problem = check?.problem ?? "is not a cosignature of a checkpoint of this bundle";
      problems.add(COSIGNATURES_FILE, shown(problem), index);
    }
  }
  return { cosigned, unverified, witnesses: [...witnesses].sort() };
}
