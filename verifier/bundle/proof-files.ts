import { fromBase64, toBase64 } from "../bytes.ts";
import type { CheckpointBody } from "../checkpoint.ts";
import { formatVerifierKey, type VerifierKey } from "../note.ts";
import { verifyConsistency, verifyInclusion } from "../proofs.ts";
import type { ReadCheckpoint } from "./checkpoints.ts";
import { hashesOf, membersOf, parsedJson } from "../json.ts";
import type { Problems } from "./problems.ts";
import type { BundleReader } from "./reader.ts";
import { CONSISTENCY_FILE, KEYS_FILE, LAST_CHECKPOINT, POLICY_FILE, PROOFS_FOLDER } from "./layout.ts";

const PROOF_HEADER = "c2sp.org/tlog-proof@v1";

/** The text of a C2SP tlog-proof: index, audit path from the leaf up, signed checkpoint. */
export function formatProof(index: number, path: readonly Uint8Array[], note: string): string {
  return [PROOF_HEADER, `index ${index}`, ...path.map(toBase64), "", note].join("\n");
}

/** The inverse of {@link formatProof}; undefined if the text departs from the format. Extra data is skipped. */
export function parseProof(
  text: string,
): { readonly index: number; readonly path: readonly Uint8Array[]; readonly note: string } | undefined {
  const blank = text.indexOf("\n\n");
  const [header, ...lines] = text.slice(0, Math.max(0, blank)).split("\n");
  if (blank < 0 || header !== PROOF_HEADER) return undefined;
  if (lines[0]?.startsWith("extra ") === true) lines.shift();
  const [, index] = /^index (0|[1-9]\d{0,15})$/.exec(lines.shift() ?? "") ?? [];
  const path = lines.map(fromBase64);
  if (index === undefined || path.includes(undefined)) return undefined;
  return { index: Number(index), path: path as Uint8Array[], note: text.slice(blank + 2) };
}

/** Checks the proofs of sampled entries against the last checkpoint and the leaf hashes of the bundle. Returns their number. */
export async function checkProofs(
  reader: BundleReader,
  paths: Iterable<string>,
  last: ReadCheckpoint,
  hashOf: (index: number) => Uint8Array | undefined,
  problems: Problems,
): Promise<number> {
  let proofs = 0;
  for (const file of paths) {
    if (!file.startsWith(PROOFS_FOLDER)) continue;
    proofs += 1;
    const proof = parseProof((await reader.text(file)) ?? "");
    const leafHash = proof === undefined ? undefined : hashOf(proof.index);
    if (proof === undefined) problems(file, "is not a C2SP tlog-proof");
    else if (proof.note !== last.note) problems(file, `is not ${LAST_CHECKPOINT}`, undefined, "checkpoint");
    else if (leafHash === undefined) problems(file, "is of an entry that is not here", proof.index);
    else if (!verifyInclusion({ ...proof, size: last.body.size, root: last.body.rootHash, leafHash })) {
      problems(file, "does not lead from the entry to the checkpoint", proof.index, "path");
    }
  }
  return proofs;
}

/** Checks that the tree of the last checkpoint extends that of the first, by the proof alone (RFC 9162, section 2.1.4.2). */
export async function checkConsistency(
  reader: BundleReader,
  first: CheckpointBody,
  last: CheckpointBody,
  problems: Problems,
): Promise<void> {
  const said = membersOf(parsedJson((await reader.text(CONSISTENCY_FILE)) ?? ""));
  const path = hashesOf(said["path"]);
  const claim = { firstRoot: first.rootHash, secondRoot: last.rootHash, path };
  const fits = said["first"] === first.size && said["last"] === last.size;
  if (!fits || !verifyConsistency({ first: first.size, second: last.size, ...claim })) {
    problems(CONSISTENCY_FILE, "does not prove that the last checkpoint extends the first");
  }
}

/** The keys and the policy are for other programs: they have to name what the log names. */
export async function checkKeyFiles(
  reader: BundleReader,
  keys: readonly VerifierKey[],
  witnesses: readonly string[],
  problems: Problems,
): Promise<void> {
  const named = keys.map(formatVerifierKey);
  const listed = ((await reader.text(KEYS_FILE)) ?? "").split("\n").filter((line) => line !== "");
  if (listed.join("\n") !== named.join("\n")) problems(KEYS_FILE, "lists other keys than the log names");
  const policy = ((await reader.text(POLICY_FILE)) ?? "").split("\n");
  const logs = policy.flatMap((line) => /^log (\S+)/.exec(line)?.[1] ?? []);
  const theirs = policy.flatMap((line) => /^witness \S+ (\S+)/.exec(line)?.[1] ?? []);
  if (
    logs.join("\n") !== named.join("\n") ||
    witnesses.some((each) => !theirs.includes(each)) ||
    policy.filter((line) => line.startsWith("quorum ")).length !== 1
  ) {
    problems(POLICY_FILE, "is not a C2SP tlog-policy for the keys that the log names");
  }
}
