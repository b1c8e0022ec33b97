import {
  ADDRESSES_FILE,
  BANNERS_FILE,
  baselineFile,
  checkBody,
  CONSISTENCY_FILE,
  ENTRIES_FILE,
  EXTRACT_FILE,
  FIRST_CHECKPOINT,
  formatProof,
  formatVerifierKey,
  isHashOnly,
  FRONTIER_FILE,
  HASHES_FILE,
  keyFingerprint,
  KEYS_FILE,
  LAST_CHECKPOINT,
  MANIFEST,
  MANIFEST_FORMAT,
  MANIFEST_SIGNATURE,
  MANIFEST_TITLE,
  OTHER_CHECKPOINTS,
  POLICY_FILE,
  PROOFS_FOLDER,
  PROVEN_FILE,
  scopeFile,
  toBase64,
  type EntryBody,
  type Prover,
  type StoredEntry,
} from "@portolan/verifier";
import { formatInstant, type Instant } from "../../../model/index.ts";
import type { Db } from "../../../platform/storage/index.ts";
import { keysOfLog, readCheckpoints, readEntries, signNote, type SigningKey } from "../../evidence/index.ts";
import { storedBanners } from "../../history/index.ts";
import { createReferences, createSampler, REFERRING, type References } from "../chosen.ts";
import { baselineExtract, scopeExtract, type BundleDocuments, type VersionText } from "../documents.ts";
import { bundlePage, type PageSources } from "../page.ts";
import { policyLines } from "../policy.ts";
import { readme } from "../readme.ts";
import { createShown } from "../shown.ts";
import { attestationsOf } from "./attestations.ts";
import type { Bounds } from "./bounds.ts";
import { findingsHeld, standingEntries, sweepStarts, transitionsHeld } from "./earlier.ts";
import { ARCHIVE_END, createFileWriter, type FileWriter } from "./file-writer.ts";
import { logProver } from "./leaf-hashes.ts";
import { writeStates } from "./write-states.ts";

export interface BundleSource {
  readonly db: Db;
  /** Signs the manifest. */
  readonly key: SigningKey;
  /** Where files too large for memory wait. */
  readonly home: string;
  /** Version of Portolan. */
  readonly program: string;
  readonly page: PageSources;
}

export interface BundleContent {
  readonly period: { readonly from: Instant; readonly to: Instant };
  readonly bounds: Bounds;
  readonly documents: BundleDocuments;
  /** Names of single assets, with the addresses they ever had. Absent: everything. */
  readonly only?:
    | {
        readonly assets: readonly string[];
        readonly ranges: readonly { readonly first: string; readonly last: string }[];
      }
    | undefined;
  readonly redactBanners: boolean;
  /** The operator's tlog-policy; absent: none is configured. */
  readonly policy: string | undefined;
}

/**
 * Writes the files of a bundle into an archive (tar), a file at a time. The same source and content give the same bytes:
 * files come in one order and have no times, and everything is read below the last checkpoint, where nothing changes.
 */
export async function* writeBundle(source: BundleSource, content: BundleContent): AsyncGenerator<Uint8Array> {
  const { db, key, program, page } = source;
  const { period, bounds, documents, only } = content;
  const files = createFileWriter(source.home);
  const [start, end] = [bounds.first?.size ?? 0, bounds.last.size];
  const prover = await logProver(db, end);

  if (bounds.first !== undefined) yield* files.text(FIRST_CHECKPOINT, bounds.first.note);
  yield* files.text(LAST_CHECKPOINT, bounds.last.note);
  const notes = await notesBetween(db, bounds);
  const others = [...notes].filter(([size]) => size > start && size < end);
  yield* files.lines(
    OTHER_CHECKPOINTS,
    others.map(([, note]) => JSON.stringify(note)),
  );
  const attestations = await attestationsOf(db, notes);
  yield* attestations.write(files);
  yield* files.lines(FRONTIER_FILE, prover.frontier(start).map(toBase64));
  yield* files.lines(HASHES_FILE, leafHashes(prover, start, end));
  yield* files.text(
    CONSISTENCY_FILE,
    `${JSON.stringify({ first: start, last: end, path: prover.consistency(start, end).map(toBase64) })}\n`,
  );

  const shows = only === undefined ? undefined : createShown(new Set(only.assets));
  const held = await heldEntries(db, { start, end, from: period.from }, shows);
  const read = createReferences();
  for (const { body } of held) read.see(body);
  const sampler = createSampler();
  const pruned: number[] = [];
  yield* files.lines(ENTRIES_FILE, shownBodies(db, { start, end }, { shows, read, sampler, pruned }));
  const earlier = only === undefined ? await sweepStarts(db, start, read.found.startedBefore) : [];
  const proven = [...held.map(({ entry }) => entry), ...earlier].sort((a, b) => a.index - b.index);
  yield* files.lines(PROVEN_FILE, provenLines(proven, prover));
  for (const { index, type } of sampler.samples()) {
    const path = prover.inclusion(index, end);
    yield* files.text(`${PROOFS_FOLDER}${index}-${type}.tlog-proof`, formatProof(index, path, bounds.last.note));
  }

  yield* writeStates(db, files, [...read.found.states], only?.ranges);
  const banners = content.redactBanners ? [] : await bannerLines(db, read.found.commitments);
  if (banners.length > 0) yield* files.lines(BANNERS_FILE, banners);
  yield* writeDocuments(files, documents, read.found, only?.assets);
  const { keys } = await keysOfLog(db, end);
  yield* files.text(KEYS_FILE, keys.map((each) => `${formatVerifierKey(each)}\n`).join(""));
  yield* files.lines(POLICY_FILE, policyLines(keys.map(formatVerifierKey), attestations.witnesses, content.policy));
  const summary = {
    origin: keys[0]?.name ?? "",
    fingerprint: keyFingerprint(keys.at(-1)?.publicKey ?? new Uint8Array(0)),
    root: bounds.last.rootHash,
    first: start,
    last: end,
    from: formatInstant(period.from),
    to: formatInstant(period.to),
    assets: only?.assets ?? [],
    program,
  };
  yield* files.text("readme.txt", readme(summary));
  yield* files.text("verify.mjs", page.verifier);
  yield* files.text("index.html", bundlePage(page, summary));
  yield* writeManifest(files, { ...summary, pruned }, content, key);
  yield ARCHIVE_END;
}

/** The signed notes of the stretch by size; of two of one size, that of the key which the log has then is the later. */
async function notesBetween(db: Db, { first, last }: Bounds): Promise<Map<number, string>> {
  const notes = new Map<number, string>();
  for await (const { size, note } of readCheckpoints(db, { largest: last.size })) {
    if (size >= (first?.size ?? 1)) notes.set(size, note);
  }
  if (first !== undefined) notes.set(first.size, first.note);
  return notes.set(last.size, last.note);
}

function* leafHashes(prover: Prover, start: number, end: number): Generator<string> {
  for (let index = start; index < end; index += 1) yield toBase64(prover.leaf(index));
}

/** Whether a bundle for single assets shows an entry. */
type Shows = (body: EntryBody) => boolean;

interface Held {
  readonly entry: StoredEntry;
  readonly body: EntryBody;
}

/** Entries from before the stretch that answers need: what stood, and which states and findings were open. */
async function heldEntries(
  db: Db,
  { start, end, from }: { readonly start: number; readonly end: number; readonly from: Instant },
  shows: Shows | undefined,
): Promise<Held[]> {
  const entries = new Map<number, StoredEntry>();
  for (const list of [
    await standingEntries(db, start, end),
    await findingsHeld(db, start),
    await transitionsHeld(db, start, from),
  ]) {
    for (const entry of list) entries.set(entry.index, entry);
  }
  return [...entries.values()]
    .sort((a, b) => a.index - b.index)
    .flatMap((entry) => {
      const check = checkBody(entry);
      return check.outcome === "sound" && shows?.(check.body) !== false ? [{ entry, body: check.body }] : [];
    });
}

/** The bodies of the entries as they are stored. They are parsed only where something has to be known of them. */
async function* shownBodies(
  db: Db,
  { start, end }: { readonly start: number; readonly end: number },
  {
    shows,
    read,
    sampler,
    pruned,
  }: {
    readonly shows: Shows | undefined;
    readonly read: ReturnType<typeof createReferences>;
    readonly sampler: ReturnType<typeof createSampler>;
    readonly pruned: number[];
  },
): AsyncGenerator<string> {
  for await (const entry of readEntries(db, { first: start, end })) {
    if (isHashOnly(entry)) {
      pruned.push(entry.index);
      continue;
    }
    const check = shows === undefined && !REFERRING.has(entry.type) ? undefined : checkBody(entry);
    if (check?.outcome === "sound") {
      if (shows?.(check.body) === false) continue;
      read.see(check.body);
    }
    sampler.see(entry.index, entry.type);
    yield entry.body;
  }
}

async function bannerLines(db: Db, commitments: ReadonlySet<string>): Promise<string[]> {
  return (await storedBanners(db, commitments)).map(({ salt, banner }) => JSON.stringify([toBase64(salt), banner]));
}

function* provenLines(entries: readonly StoredEntry[], prover: Prover): Generator<string> {
  for (const { index, body } of entries) {
    yield JSON.stringify({ index, body, path: prover.inclusion(index, prover.size).map(toBase64) });
  }
}

async function* writeDocuments(
  files: FileWriter,
  { scopes, baselines, addresses }: BundleDocuments,
  found: References,
  assets: readonly string[] | undefined,
): AsyncGenerator<Uint8Array> {
  const of = (versions: readonly VersionText[], wanted: ReadonlySet<number>) =>
    versions.filter(({ version }) => wanted.has(version));
  const [scopesThen, baselinesThen] = [of(scopes, found.scopes), of(baselines, found.baselines)];
  if (assets === undefined) {
    for (const { version, text } of scopesThen) yield* files.text(scopeFile(version), text);
    for (const { version, text } of baselinesThen) yield* files.text(baselineFile(version), text);
  } else {
    const own = new Set(assets);
    const extract = {
      baselines: baselinesThen.map((each) => baselineExtract(each, own, scopesThen)),
      scopes: scopesThen.map((each) => scopeExtract(each, own)),
    };
    yield* files.text(EXTRACT_FILE, `${JSON.stringify(extract)}\n`);
  }
  const shown = addresses.filter(({ asset }) => assets?.includes(asset) ?? true);
  yield* files.lines(
    ADDRESSES_FILE,
    shown.map(({ asset, since, ranges }) =>
      JSON.stringify([asset, since, ranges.map(({ first, last }) => [first, last])]),
    ),
  );
}

async function* writeManifest(
  files: FileWriter,
  {
    origin,
    from,
    to,
    program,
    assets,
    pruned,
  }: {
    origin: string;
    from: string;
    to: string;
    program: string;
    assets: readonly string[];
    pruned: readonly number[];
  },
  { redactBanners }: BundleContent,
  key: SigningKey,
): AsyncGenerator<Uint8Array> {
  const manifest = {
    bundle: MANIFEST_FORMAT,
    log: origin,
    period: { from, to },
    assets,
    banners: redactBanners ? "left out" : "included",
    // The entry that says so is later than this bundle.
    ...(pruned.length === 0 ? {} : { pruned }),
    program,
    files: [...files.written].sort((a, b) => (a.path < b.path ? -1 : 1)),
  };
  yield* files.text(MANIFEST, `${JSON.stringify(manifest, null, 2)}\n`);
  const digest = files.written.at(-1)?.sha256 ?? "";
  yield* files.text(MANIFEST_SIGNATURE, signNote(`${MANIFEST_TITLE}\nsha256 ${digest}\n`, origin, key));
}
