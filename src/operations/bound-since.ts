import { formatInstant, type Instant } from "../model/index.ts";
import type { Db } from "../platform/storage/index.ts";
import { boundLog } from "../record/evidence/index.ts";

/**
 * For an answer about `instant`: since when the log binds it, if that was later. The rows of an earlier version were
 * adopted as they stood then.
 */
export async function boundPart(db: Db, instant: Instant): Promise<{ boundSince?: string }> {
  const since = await boundAfter(db, instant);
  return since === undefined ? {} : { boundSince: formatInstant(since) };
}

/** Since when the log binds answers, if that was after `instant`. */
export async function boundAfter(db: Db, instant: Instant): Promise<Instant | undefined> {
  const { since } = await boundLog(db);
  return since === undefined || since <= instant ? undefined : since;
}
