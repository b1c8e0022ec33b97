import canonicalize from "canonicalize";
import type { AuthorizedPort } from "../../model/index.ts";

/** The entries that differ between two port baselines. A changed entry is one that was removed and one that was added. */
export interface Difference {
  readonly added: readonly AuthorizedPort[];
  readonly removed: readonly AuthorizedPort[];
}

export function differenceOf(before: readonly AuthorizedPort[], after: readonly AuthorizedPort[]): Difference {
  const [was, is] = [new Set(before.map(entryKey)), new Set(after.map(entryKey))];
  return {
    added: after.filter((port) => !was.has(entryKey(port))),
    removed: before.filter((port) => !is.has(entryKey(port))),
  };
}

/** Equal for entries that say the same (RFC 8785). */
export function entryKey(port: AuthorizedPort): string {
  return canonicalize(port) ?? "";
}
