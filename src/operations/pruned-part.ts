import { formatInstant, type Instant } from "../model/index.ts";
import type { Db } from "../platform/storage/index.ts";
import { prunedUntil } from "../record/retention/index.ts";

/**
 * For an answer about `instant`: until when retention pruned what such answers rest on, if that was later, and the entry
 * that says so. An endpoint that is unknown then may have been scanned.
 */
export async function prunedPart(
  db: Db,
  instant: Instant,
): Promise<{ pruned?: { readonly until: string; readonly entry: number } }> {
  const found = await prunedUntil(db, ["sweeps", "intervals"]);
  if (found === undefined || instant > found.until) return {};
  return { pruned: { until: formatInstant(found.until), entry: found.entry } };
}

/** Why something is unknown, in place of "nobody looked". */
export function prunedText({ until, entry }: { readonly until: string; readonly entry: number }): string {
  return `pruned by retention until ${until} (entry ${entry})`;
}
