import { fromBase64, joined, toBase64 } from "../bytes.ts";
import type { CheckpointBody } from "../checkpoint.ts";
import { readBody, type EntryBody } from "../entry.ts";
import { verifyInclusion } from "../proofs.ts";
import { sameHash, textLeafHash, treeFromFrontier, HASH_BYTES } from "../tree.ts";
import type { ReadCheckpoint } from "./checkpoints.ts";
import { hashesOf, membersOf, numberOf, parsedJson, textIn } from "../json.ts";
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
  for await (const [, line] of reader.records(PROVEN_FILE)) {
    const said = membersOf(parsedJson(line));
    const index = numberOf(said["index"]) ?? -1;
    const body = textIn(said["body"]);
    const path = hashesOf(said["path"]);
    const leafHash = textLeafHash(body);
    if (!verifyInclusion({ index, size: last.size, leafHash, root: last.rootHash, path })) {
      problems(PROVEN_FILE, "the proof does not lead from this entry to the last checkpoint", index);
      continue;
    }
    const read = bodyOf(body, index);
    if (typeof read === "string") problems(PROVEN_FILE, read, index, "body");
    else proven.push({ entry: read, leafHash });
  }
  return proven;
}

function bodyOf(text: string, index: number): EntryBody | string {
  const body = readBody(text);
  return typeof body === "string" || body.index === index ? body : `its body says that it is entry ${body.index}`;
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
    problems(FRONTIER_FILE, `is not the frontier of the ${first.size} entries of the first checkpoint`);
  }
  let read = 0;
  const pending = [...others];
  const compare = (): void => {
    for (let next = pending[0]; next !== undefined && next.body.size <= first.size + read; next = pending[0]) {
      pending.shift();
      if (tree !== undefined && next.body.size === tree.size() && sameHash(tree.root(), next.body.rootHash)) continue;
      problems(next.file, `the ${next.body.size} entries of this checkpoint give another root`, next.index, "root");
    }
  };
  const bad = (problem: string): void => problems(HASHES_FILE, problem, first.size + read);
  for await (const [, line] of reader.records(HASHES_FILE)) {
    if (read === count) {
      bad("there are more hashes than entries");
      break;
    }
    const hash = fromBase64(line);
    const leaf = hash?.length === HASH_BYTES ? hash : new Uint8Array(HASH_BYTES);
    if (leaf !== hash) bad("is not a hash");
    flat.set(leaf, read * HASH_BYTES);
    tree?.append(leaf);
    read += 1;
    compare();
  }
  if (read < count) bad(`${count - read} hashes are missing at the end`);
  else if (tree !== undefined && !sameHash(tree.root(), last.rootHash)) {
    const gives = `gives the root ${toBase64(tree.root())}, and the last checkpoint signs ${toBase64(last.rootHash)}`;
    problems(HASHES_FILE, gives, undefined, "root");
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
  return joined(...hashesOf((await reader.text(FRONTIER_FILE))?.trimEnd().split("\n")));
}

/**
 * Compares the bodies of the entries with their leaf hashes, in order. `take` gets those that fit, with their type; a body
 * is parsed only if its type is read. Where `whole`, every entry that was not `pruned` has to be here. Returns how many are.
 */
export async function readEntries(
  reader: BundleReader,
  hashes: LeafHashes,
  whole: boolean,
  pruned: ReadonlySet<unknown>,
  problems: Problems,
  take: (type: string, read: () => EntryBody | undefined) => void,
): Promise<number> {
  let next = hashes.first;
  let taken = 0;
  const bad = (problem: string, index: number, field?: string): void => problems(ENTRIES_FILE, problem, index, field);
  const missing = (until: number): void => {
    while (next < until && pruned.has(next)) next += 1;
    if (whole && until > next) {
      const which = until === next + 1 ? "is missing" : `and those up to ${until - 1} are missing`;
      bad(`the entry ${which}`, next);
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
        bad(`line ${line + 1} is not the body of an entry`, next);
        next += 1;
        continue;
      }
      if (index < next) {
        bad("comes again, or out of order", index);
        continue;
      }
      const hash = hashes.at(index);
      if (hash === undefined) {
        bad("is not among the entries of the bundle", index);
        continue;
      }
      missing(index);
      next = index + 1;
      if (!sameHash(textLeafHash(body), hash)) {
        bad("was changed: it does not have its leaf hash", index, "body");
        continue;
      }
      taken += 1;
      take(type, () => {
        const read = bodyOf(body, index);
        if (typeof read !== "string") return read;
        bad(read, index, "body");
        return undefined;
      });
    }
    if (!ended) bad("the last line does not end", next - 1);
  }
  missing(hashes.first + hashes.count);
  return taken;
}
