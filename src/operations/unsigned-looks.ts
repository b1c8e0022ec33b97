import type { VerifyResult } from "../contract/index.ts";
import { formatInstant } from "../model/index.ts";
import type { Db } from "../platform/storage/index.ts";
import { pendingLooks } from "../record/history/index.ts";

/** The looks that no entry states yet, as results show them; absent if there are none. */
export async function unsignedLooks(db: Db): Promise<Pick<VerifyResult, "unsignedLooks">> {
  const pending = await pendingLooks(db);
  if (pending.length === 0) return {};
  return {
    unsignedLooks: {
      looks: pending.reduce((sum, { looks }) => sum + looks, 0),
      since: formatInstant(Math.min(...pending.map(({ since }) => since))),
    },
  };
}
