import type { CheckpointBody } from "./checkpoint.ts";
import { copyOf, emptyTree, sameHash } from "./tree.ts";
import type { Tree } from "./tree.ts";
import type { OpenProblem, LogProblem } from "./report.ts";

/**
 * The tree of a log under verification. After an entry whose body and leaf hash do not belong together it grows two
 * trees, one from the bodies and one from the stored hashes: the next signed root shows which of them is right, and
 * thus whether the body or the hash was altered. After that, one tree continues, proven up to there.
 */
export interface Trunk {
  /** Index that the next entry must have. */
  next(): number;
  add(leafHash: Uint8Array): void;
  addAltered(ofBody: Uint8Array, stored: Uint8Array, detail: string): void;
  /** Entries up to `index` are missing: no root can be computed any longer. */
  skipTo(index: number): void;
  /** Compares a verified checkpoint of at most `next()` entries with the tree. */
  compare(checkpoint: CheckpointBody): void;
  /** Whether the root is this one; undefined while an earlier problem leaves that open. */
  fits(root: Uint8Array): boolean | undefined;
  /** Root over the bodies of all entries; undefined after missing entries. */
  root(): Uint8Array | undefined;
  /** Size of the largest checkpoint whose root the entries give. */
  proven(): number;
  /** Completes the problems with later results. */
  finish(): void;
}

export function createTrunk(report: (problem: LogProblem) => OpenProblem): Trunk {
  let bodies: Tree | undefined = emptyTree();
  let hashes: Tree | undefined;
  let next = 0;
  let proven = 0;
  const altered: OpenProblem[] = [];
  let missing: OpenProblem | undefined;
  let mismatch: { readonly problem: OpenProblem; readonly size: number } | undefined;
  let uncompared = 0;

  function say(open: OpenProblem, sentence: string): void {
    open.amend((problem) => ({ ...problem, problem: `${problem.problem} ${sentence}` }));
  }

  function settle(sentence: string): void {
    for (const open of altered.splice(0)) say(open, sentence);
  }

  function span(first: number, last: number): string {
    return first === last ? `entry ${first}` : `one of the entries ${first} to ${last}`;
  }

  return {
    next: () => next,
    add(leaf) {
      bodies?.append(leaf);
      hashes?.append(leaf);
      next += 1;
    },
    addAltered(ofBody, stored, detail) {
      hashes ??= bodies && copyOf(bodies);
      bodies?.append(ofBody);
      hashes?.append(stored);
      altered.push(
        report({
          kind: "entry-altered",
          entry: next,
          problem: `Entry ${next}: its body and its leaf hash do not belong together${detail}.`,
        }),
      );
      next += 1;
    },
    skipTo(index) {
      const which = index === next + 1 ? `Entry ${next} is missing.` : `Entries ${next} to ${index - 1} are missing.`;
      const open = report({ kind: "entry-missing", entry: next, problem: which });
      missing ??= open;
      bodies = undefined;
      hashes = undefined;
      next = index;
    },
    compare({ size, rootHash }) {
      // Checkpoints smaller than the entries read come only after missing entries, or unsorted with a false size.
      if (bodies === undefined || size !== next) {
        uncompared += 1;
        return;
      }
      const fitsBodies = sameHash(bodies.root(), rootHash);
      const fitsHashes = !fitsBodies && hashes !== undefined && sameHash(hashes.root(), rootHash);
      if (!fitsBodies && !fitsHashes) {
        if (mismatch !== undefined) uncompared += 1;
        else {
          mismatch = {
            size,
            problem: report({
              kind: "checkpoint-mismatch",
              ...(altered.length === 0 ? { entry: proven } : {}),
              checkpoint: size,
              problem: `The checkpoint of size ${size} has another root than the entries give: ${span(proven, size - 1)} was altered after it was signed${altered.length === 0 ? ", together with its leaf hash" : ""}.`,
            }),
          };
          settle(`Neither fits the signed checkpoint of size ${size}, so more than this was altered.`);
        }
        return;
      }
      settle(
        fitsBodies
          ? `The body fits the signed checkpoint of size ${size}: the leaf hash was altered.`
          : `The leaf hash fits the signed checkpoint of size ${size}: the body was altered.`,
      );
      if (fitsHashes) bodies = hashes;
      hashes = undefined;
      proven = size;
      if (mismatch !== undefined) {
        const { problem, size: earlier } = mismatch;
        problem.amend((old) => ({
          kind: old.kind,
          checkpoint: earlier,
          problem: `The checkpoint of size ${earlier} contradicts the checkpoint of size ${size}, which the entries do fit: two different logs were signed.`,
        }));
        mismatch = undefined;
      }
    },
    fits(root) {
      if (bodies === undefined || mismatch !== undefined) return undefined;
      if (sameHash(bodies.root(), root) || (hashes !== undefined && sameHash(hashes.root(), root))) return true;
      return altered.length > 0 ? undefined : false;
    },
    root: () => bodies?.root(),
    proven: () => proven,
    finish() {
      settle("No signed checkpoint is over it, so which of the two was altered cannot be determined.");
      const cause = mismatch?.problem ?? missing;
      if (cause === undefined || uncompared === 0) return;
      say(
        cause,
        `${uncompared} more ${uncompared === 1 ? "checkpoint" : "checkpoints"} cannot be held against the entries because of it.`,
      );
    },
  };
}
