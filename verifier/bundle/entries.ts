import { fromBase64, toBase64 } from "../bytes.ts";
import type { CheckpointBody } from "../checkpoint.ts";
import { checkBody, type EntryBody } from "../entry.ts";
import { verifyInclusion } from "../proofs.ts";
import { sameHash, textLeafHash, treeFromFrontier, HASH_BYTES } from "../tree.ts";
import type { ReadCheckpoint } from "./checkpoints.ts";
import { listOf, membersOf, numberOf, parsedJson, textOf } from "./json.ts";
import type { Problems } from "./problems.ts";
import type { BundleReader } from "./reader.ts";
import { ENTRIES_FILE, FRONTIER_FILE, HASHES_FILE, PROVEN_FILE } from "./layout.ts";

const DECIMAL_INDEX = /,"index":(\d{1,16}),"type":"([a-z-]{1,64})"\}$/;

export interface ProvenEntry {
  readonly entry: EntryBody;
  readonly leafHash: Uint8Array;
}

/** Reads the entries that are proven one by one against the last checkpoint. Those that are not are reported, not returned. */
export async function readProven(
  reader: BundleReader,
  last: CheckpointBody,
  problems: Problems,
): Promise<ProvenEntry[]> {
  const proven: ProvenEntry[] = [];
  if (!reader.has(PROVEN_FILE)) return proven;
  for await (const line of reader.lines(PROVEN_FILE)) {
    if (line === "") continue;
    const said = membersOf(parsedJson(line));
    const index = numberOf(said["index"]) ?? -1;
    const body = textOf(said["body"]) ?? "";
    const path = listOf(said["path"]).map((hash) => fromBase64(String(hash)) ?? new Uint8Array(0));
    const leafHash = textLeafHash(body);
    if (!verifyInclusion({ index, size: last.size, leafHash, root: last.rootHash, path })) {
      problems.add({
        file: PROVEN_FILE,
        index,
        problem: "the proof does not lead from this entry to the last checkpoint",
      });
      continue;
    }
    const read = bodyOf(body, index);
    if (typeof read === "string") problems.add({ file: PROVEN_FILE, index, field: "body", problem: read });
    else proven.push({ entry: read, leafHash });
  }
  return proven;
}

function bodyOf(body: string, index: number): EntryBody | string {
  const said = membersOf(parsedJson(body));
  const [type, at] = [textOf(said["type"]) ?? "", textOf(said["at"]) ?? ""];
  const check = checkBody({ index, type, recordedAt: Date.parse(at), body });
  return check.outcome === "sound" ? check.body : check.problem;
}

/** The leaf hashes of the entries between the checkpoints, one after the other. */
export interface LeafHashes {
  readonly first: number;
  readonly count: number;
  at(index: number): Uint8Array | undefined;
}

/** Grows the tree from the first checkpoint to the last, and compares the root of every checkpoint on the way. */
export async function readLeafHashes(
  reader: BundleReader,
  checkpoints: {
    readonly first: CheckpointBody;
    readonly others: readonly ReadCheckpoint[];
    readonly last: CheckpointBody;
  },
  problems: Problems,
): Promise<LeafHashes> {
  const { first, others, last } = checkpoints;
  const count = Math.max(0, last.size - first.size);
  const flat = new Uint8Array(count * HASH_BYTES);
  const tree = treeFromFrontier(first.size, await readFrontier(reader));
  if (tree === undefined || !sameHash(tree.root(), first.rootHash)) {
    problems.add({
      file: FRONTIER_FILE,
      problem: `is not the frontier of the ${first.size} entries of the first checkpoint`,
    });
  }
  let read = 0;
  const pending = [...others];
  const compare = (): void => {
    for (let next = pending[0]; next !== undefined && next.body.size <= first.size + read; next = pending[0]) {
      pending.shift();
      if (tree !== undefined && next.body.size === tree.size() && sameHash(tree.root(), next.body.rootHash)) continue;
      problems.add({
        file: next.file,
        ...(next.index === undefined ? {} : { index: next.index }),
        field: "root",
        problem: `the ${next.body.size} entries of this checkpoint give another root`,
      });
    }
  };
  if (reader.has(HASHES_FILE)) {
    for await (const line of reader.lines(HASHES_FILE)) {
      if (line === "" && read === count) continue;
      const hash = fromBase64(line);
      if (hash?.length !== HASH_BYTES || read === count) {
        problems.add({
          file: HASHES_FILE,
          index: first.size + read,
          problem: read === count ? "there are more hashes than entries" : "is not a hash",
        });
        if (read === count) break;
      }
      const leaf = hash?.length === HASH_BYTES ? hash : new Uint8Array(HASH_BYTES);
      flat.set(leaf, read * HASH_BYTES);
      tree?.append(leaf);
      read += 1;
      compare();
    }
  }
  if (read < count) {
    problems.add({
      file: HASHES_FILE,
      index: first.size + read,
      problem: `${count - read} hashes are missing at the end`,
    });
  } else if (tree !== undefined && !sameHash(tree.root(), last.rootHash)) {
    problems.add({
      file: HASHES_FILE,
      field: "root",
      problem: `gives the root ${toBase64(tree.root())}, and the last checkpoint signs ${toBase64(last.rootHash)}`,
    });
  }
  return {
    first: first.size,
    count,
    at: (index) => {
      const place = index - first.size;
      return place < 0 || place >= read ? undefined : flat.subarray(place * HASH_BYTES, (place + 1) * HASH_BYTES);
    },
  };
}

async function readFrontier(reader: BundleReader): Promise<Uint8Array> {
  const lines = ((await reader.text(FRONTIER_FILE)) ?? "").split("\n").filter((line) => line !== "");
  const hashes = lines.map((line) => fromBase64(line) ?? new Uint8Array(0));
  const frontier = new Uint8Array(hashes.length * HASH_BYTES);
  hashes.forEach((hash, index) => frontier.set(hash.subarray(0, HASH_BYTES), index * HASH_BYTES));
  return frontier;
}

/**
 * Compares the bodies of the entries with their leaf hashes, in order. `take` gets those that fit, with their type; a body
 * is parsed only if its type is read. Where `whole`, every entry has to be here. Returns how many are.
 */
export async function readEntries(
  reader: BundleReader,
  hashes: LeafHashes,
  whole: boolean,
  problems: Problems,
  take: (type: string, read: () => EntryBody | undefined) => void,
): Promise<number> {
  let next = hashes.first;
  let taken = 0;
  const missing = (until: number): void => {
    if (whole && until > next) {
      const which = until === next + 1 ? "is missing" : `and those up to ${until - 1} are missing`;
      problems.add({ file: ENTRIES_FILE, index: next, problem: `the entry ${which}` });
    }
  };
  if (reader.has(ENTRIES_FILE)) {
    let line = -1;
    let ended = false;
    for await (const body of reader.lines(ENTRIES_FILE)) {
      line += 1;
      ended = body === "";
      if (ended) continue;
      const [, decimal, type = ""] = DECIMAL_INDEX.exec(body) ?? [];
      const index = Number(decimal ?? next);
      if (decimal === undefined) {
        problems.add({ file: ENTRIES_FILE, index: next, problem: `line ${line + 1} is not the body of an entry` });
        next += 1;
        continue;
      }
      if (index < next) {
        problems.add({ file: ENTRIES_FILE, index, problem: "comes again, or out of order" });
        continue;
      }
      const hash = hashes.at(index);
      if (hash === undefined) {
        problems.add({ file: ENTRIES_FILE, index, problem: "is not among the entries of the bundle" });
        continue;
      }
      missing(index);
      next = index + 1;
      if (!sameHash(textLeafHash(body), hash)) {
        problems.add({
          file: ENTRIES_FILE,
          index,
          field: "body",
          problem: "was changed: it does not have its leaf hash",
        });
        continue;
      }
      taken += 1;
      take(type, () => {
        const read = bodyOf(body, index);
        if (typeof read !== "string") return read;
        problems.add({ file: ENTRIES_FILE, index, field: "body", problem: read });
        return undefined;
      });
    }
    if (!ended) problems.add({ file: ENTRIES_FILE, index: next - 1, problem: "the last line does not end" });
  }
  missing(hashes.first + hashes.count);
  return taken;
}
