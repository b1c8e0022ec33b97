import { toHex, utf8 } from "./bytes.ts";
import { hasher } from "./crypto.ts";
import { checkBody, type StoredEntry } from "./entry.ts";
import type { LogProblem } from "./report.ts";
import { sameHash, textLeafHash } from "./tree.ts";

/** The type of the entry that states which bodies retention deleted. */
export const PRUNING_TYPE = "rows-pruned";

/** An entry whose body was deleted: its number and hash, and columns that nothing but the pruning states. */
export function isHashOnly({ body }: Pick<StoredEntry, "body">): boolean {
  return body === "";
}

/** What the digest of a pruning is over: a line for each entry that lost its body, in order. */
export function prunedLine({ index, type, recordedAt, leafHash }: Omit<StoredEntry, "body">): string {
  const at = new Date(recordedAt);
  return `${index} ${type} ${Number.isNaN(at.getTime()) ? "" : at.toISOString()} ${toHex(leafHash)}\n`;
}

interface Stated {
  readonly entry: StoredEntry;
  readonly count: number;
  readonly ranges: readonly (readonly [first: number, last: number])[];
  readonly digest: string;
}

/** The prunings of a log while its entries are read, in order. */
export interface Prunings {
  /** An entry without a body. */
  missing(entry: StoredEntry): void;
  /** An entry with a body. */
  present(entry: StoredEntry): void;
  /** Compares what was missing with what the prunings state. */
  finish(): { readonly entries: number; readonly by: readonly number[] };
}

/** `stated`: the entries of the type that the log has, read before it; each counts once it was met in the log. */
export function comparePrunings(stated: readonly StoredEntry[], report: (problem: LogProblem) => unknown): Prunings {
  const prunings = stated.flatMap((entry) => {
    const read = statedIn(entry);
    return read === undefined ? [] : [{ ...read, hash: hasher(), met: 0, confirmed: false }];
  });
  const all = prunings
    .flatMap((pruning) => pruning.ranges.map(([first, last]) => ({ first, last, pruning })))
    .sort((a, b) => a.first - b.first);
  const byEntry = new Map(prunings.map((pruning) => [pruning.entry.index, pruning]));
  let place = 0;
  let entries = 0;
  const pruningOf = (index: number): (typeof prunings)[number] | undefined => {
    while ((all[place]?.last ?? Infinity) < index) place += 1;
    const range = all[place];
    return range !== undefined && range.first <= index && index < range.pruning.entry.index ? range.pruning : undefined;
  };
  const take = (pruning: (typeof prunings)[number], entry: StoredEntry): void => {
    pruning.hash.update(utf8(prunedLine(entry)));
    pruning.met += 1;
  };
  return {
    missing(entry) {
      entries += 1;
      const pruning = pruningOf(entry.index);
      if (pruning !== undefined) return take(pruning, entry);
      report({
        kind: "entry-body-missing",
        entry: entry.index,
        problem: `Entry ${entry.index} has no body, and no entry says that retention pruned it.`,
      });
    },
    present(entry) {
      const known = byEntry.get(entry.index);
      if (known !== undefined) known.confirmed = sameHash(known.entry.leafHash, textLeafHash(entry.body));
      const pruning = pruningOf(entry.index);
      if (pruning === undefined) return;
      take(pruning, entry);
      report({
        kind: "entry-contradicts",
        entry: entry.index,
        problem: `Entry ${entry.index} has its body, and entry ${pruning.entry.index} says that retention pruned it.`,
      });
    },
    finish() {
      for (const { entry, count, digest, hash, met, confirmed } of prunings) {
        const is = toHex(hash.digest());
        if (confirmed && count === met && is === digest) continue;
        report({
          kind: "entry-contradicts",
          entry: entry.index,
          problem: confirmed
            ? `The ${met} entries that entry ${entry.index} says were pruned have other numbers, types, times or hashes than it states.`
            : `Entry ${entry.index}, which states what was pruned, is not the one in the log.`,
        });
      }
      const by = prunings.filter(({ count }) => count > 0).map(({ entry }) => entry.index);
      return { entries, by };
    },
  };
}

/** Undefined: nothing was pruned of the log itself, or the entry is not what was appended, which is reported where it is. */
function statedIn(entry: StoredEntry): Stated | undefined {
  const check = checkBody(entry);
  if (check.outcome !== "sound" || check.body.type !== PRUNING_TYPE) return undefined;
  const said = check.body.data["entries"] as Partial<Stated> | null | undefined;
  if (said === null || said === undefined || !Array.isArray(said.ranges)) return undefined;
  const ranges = said.ranges.filter(
    (range): range is [number, number] =>
      Array.isArray(range) && Number.isSafeInteger(range[0]) && Number.isSafeInteger(range[1]),
  );
  return { entry, count: Number(said.count), ranges, digest: String(said.digest) };
}
