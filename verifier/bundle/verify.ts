import { toBase64 } from "../bytes.ts";
import { keyFingerprint } from "../note.ts";
import { emptyRoot } from "../tree.ts";
import { checkAttestations } from "./attestations.ts";
import { checkBanners } from "./banners.ts";
import { checkSignature, readCheckpoint, readOtherCheckpoints } from "./checkpoints.ts";
import { readDocuments, type Documents } from "./documents.ts";
import { readEntries, readLeafHashes, readProven } from "./entries.ts";
import { isRead, noFacts, readEntry, type Facts } from "./facts.ts";
import { soundPaths, type BundleFiles } from "./files.ts";
import { compareKey, keysOf, type KeyVerdict } from "./keys.ts";
import { checkManifestSignature, compareFiles, readManifest } from "./manifest.ts";
import { collectBundleProblems, type BundleProblem } from "./problems.ts";
import { checkConsistency, checkKeyFiles, checkProofs } from "./proof-files.ts";
import { createReader } from "./reader.ts";
import { readStates, type States } from "./states.ts";
import { count, utc } from "./text.ts";
import { BANNERS_FILE, FIRST_CHECKPOINT, LAST_CHECKPOINT } from "./layout.ts";

export interface BundleReport {
  readonly verified: boolean;
  readonly key: KeyVerdict;
  /** SHA-256 (hex) of the keys that the log names, oldest first. */
  readonly fingerprints: readonly string[];
  readonly origin: string;
  readonly period: { readonly from: string; readonly to: string };
  readonly program: string;
  readonly assets: readonly string[];
  readonly first: { readonly size: number; readonly root: string };
  readonly last: { readonly size: number; readonly root: string };
  /** Full sentences. */
  readonly checked: readonly string[];
  readonly unchecked: readonly string[];
  readonly problems: readonly BundleProblem[];
  /** All of them; `problems` has the first. */
  readonly problemCount: number;
}

/** What a bundle proves: everything that answers are made of. */
export interface BundleRecord {
  readonly facts: Facts;
  readonly states: States;
  readonly documents: Documents;
  readonly period: { readonly from: number; readonly to: number };
}

export interface VerifyOptions {
  /** Fingerprint of the key, from outside the bundle. */
  readonly key?: string | undefined;
  readonly onProgress?: (bytes: number) => void;
}

/**
 * Verifies a bundle: its files against the signed manifest, its entries against the signed checkpoints, and documents,
 * states and proofs against the entries. Never throws for what it reads, only if `read` itself does.
 */
export async function verifyBundle(
  files: BundleFiles,
  { key: given, onProgress = () => undefined }: VerifyOptions = {},
): Promise<{ readonly report: BundleReport; readonly record: BundleRecord }> {
  const found = collectBundleProblems();
  const problems = found.add;
  const paths = soundPaths(files.paths, problems);
  const reader = createReader(files, paths, onProgress);
  const checked: string[] = [];
  const unchecked: string[] = [];
  const facts = noFacts();

  const manifest = await readManifest(reader, problems);
  const last = await readCheckpoint(reader, LAST_CHECKPOINT, problems);
  const first = await readCheckpoint(reader, FIRST_CHECKPOINT, problems);
  const others = await readOtherCheckpoints(reader, problems);
  if (last === undefined && !reader.has(LAST_CHECKPOINT)) problems(LAST_CHECKPOINT, "is missing");
  const end = last?.body ?? { origin: "", size: 0, rootHash: emptyRoot() };
  const begin = first?.body ?? { origin: end.origin, size: 0, rootHash: emptyRoot() };

  const proven = await readProven(reader, end, problems);
  const named = await keysOf(
    proven.map(({ entry }) => entry),
    problems,
  );
  const signatures = { signed: 0, unchecked: 0 };
  if (named !== undefined) {
    for (const checkpoint of [first, ...others, last]) {
      if (checkpoint === undefined) continue;
      const verdict = await checkSignature(checkpoint, named, problems);
      if (verdict !== "bad") signatures[verdict] += 1;
    }
    const verdict = manifest && (await checkManifestSignature(reader, manifest, named.keys, problems));
    if (verdict !== undefined && verdict !== "bad") signatures[verdict] += 1;
  }
  if (signatures.signed > 0)
    checked.push(`${count(signatures.signed, "signature")} of the log's key over checkpoints and manifest.`);
  if (signatures.unchecked > 0) {
    unchecked.push(
      `This browser cannot check Ed25519, so ${count(signatures.unchecked, "signature")} were not checked: verify with node verify.mjs, or in another browser.`,
    );
  }

  for (const { entry } of proven) if (entry.index < begin.size) readEntry(facts, entry);
  const hashes = await readLeafHashes(reader, { first: begin, others, last: end }, problems);
  const whole = (manifest?.assets.length ?? 0) === 0;
  const pruned = manifest?.pruned ?? new Set();
  const taken = await readEntries(reader, hashes, whole, pruned, problems, (type, read) => {
    const body = isRead(type) ? read() : undefined;
    if (body !== undefined) readEntry(facts, body);
  });
  checked.push(
    `${count(taken, "entry", "entries")} of the log, numbers ${begin.size} to ${end.size - 1}: each has its hash, and together they give the signed roots.`,
    `${count(proven.length, "older or single entry", "older or single entries")}, each by its own inclusion proof.`,
  );
  if (pruned.size > 0) unchecked.push(`Hash only: ${pruned.size}, pruned by retention.`);
  if (taken < hashes.count && !whole) {
    unchecked.push(
      `${count(hashes.count - taken, "entry", "entries")} about other assets were left out: only their hashes are here.`,
    );
  }

  await checkConsistency(reader, begin, end, problems);
  const single = new Map(proven.map(({ entry, leafHash }) => [entry.index, leafHash]));
  if (last !== undefined) {
    const hashOf = (index: number): Uint8Array | undefined => hashes.at(index) ?? single.get(index);
    const proofs = await checkProofs(reader, paths, last, hashOf, problems);
    checked.push(`${count(proofs, "proof file")} (C2SP tlog-proof) and the consistency proof between the checkpoints.`);
  }
  const all = [first, ...others, last].filter((each) => each !== undefined);
  const attested = await checkAttestations(reader, paths, { checkpoints: all, facts, first: begin.size }, problems);
  checked.push(...attested.checked);
  unchecked.push(...attested.unchecked);
  if (named !== undefined) await checkKeyFiles(reader, named.keys, attested.witnesses, problems);
  const documents = await readDocuments(reader, facts, problems);
  checked.push(
    `${count(documents.scopes.size, "version")} of the scope and ${documents.baselines.size} of the port baseline, by the digests in their entries.`,
  );
  const states = await readStates(reader, problems);
  checked.push(
    `${count(states.sets, "set")} of host states (${states.leaves.length} distinct), by the roots and digests in the entries of sweeps.`,
  );
  noteUnproven({ facts, states, documents }, unchecked);
  const banners = await checkBanners(reader, facts, problems);
  if (banners !== undefined) checked.push(banners);
  if (manifest !== undefined) {
    const compared = await compareFiles(reader, paths, manifest, problems);
    checked.push(`${count(compared.files, "file")} by the SHA-256 in the manifest.`);
    if (compared.leftOut.includes(BANNERS_FILE) || manifest.banners === "left out") {
      unchecked.push(`${BANNERS_FILE}: ${count(facts.commitments.size, "banner")} not included, commitments only.`);
    }
  }
  const verdict = named === undefined ? "not confirmed" : compareKey(named, given);
  return {
    report: {
      verified: found.count() === 0 && verdict !== "another",
      key: verdict,
      fingerprints: named?.keys.map(({ publicKey }) => keyFingerprint(publicKey)) ?? [],
      origin: end.origin,
      period: { from: manifest?.from ?? "", to: manifest?.to ?? "" },
      program: manifest?.program ?? "",
      assets: manifest?.assets ?? [],
      first: { size: begin.size, root: toBase64(begin.rootHash) },
      last: { size: end.size, root: toBase64(end.rootHash) },
      checked,
      unchecked,
      problems: found.list(),
      problemCount: found.count(),
    },
    record: {
      facts,
      states,
      documents,
      period: { from: Date.parse(manifest?.from ?? ""), to: Date.parse(manifest?.to ?? "") },
    },
  };
}

/** What the report has to say is not proven, though nothing contradicts it. */
function noteUnproven({ facts, states, documents }: Omit<BundleRecord, "period">, unchecked: string[]): void {
  let unseen = 0;
  for (const looks of facts.looks.values())
    for (const look of looks) if (states.find(look.states) === undefined) unseen += 1;
  if (unseen > 0)
    unchecked.push(`${count(unseen, "look")} without the host states in this bundle: they answer nothing here.`);
  const copied = [...documents.scopes.values(), ...documents.baselines.values()].filter((each) => !each.proven).length;
  if (copied > 0) {
    unchecked.push(
      `${count(copied, "version")} of scope and port baseline only as a copy of what concerns these assets: the log names the digest of the whole document.`,
    );
  }
  if (facts.boundSince !== undefined && facts.boundSince.entry > 0) {
    unchecked.push(
      `Answers about times before ${utc(facts.boundSince.at)} (entry ${facts.boundSince.entry}): rows from before were adopted then, not proven.`,
    );
  }
}
