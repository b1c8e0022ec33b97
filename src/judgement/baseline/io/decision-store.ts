import { createHash } from "node:crypto";
import type { Entry, PortBaselineVersion, Principal } from "../../../model/index.ts";
import type { Db } from "../../../platform/storage/index.ts";
import type { Change } from "../../../record/change/index.ts";

/** Records that a user had a port baseline proposed: an entry, and the row that an approval reads. */
export function recordProposal(
  change: Change,
  made: { readonly by: string; readonly user: string; readonly proposed: number; readonly document: string },
): void {
  const { by, user, proposed, document } = made;
  const { tx, at } = change;
  const entry: Entry = { type: "baseline-proposed", at, data: { proposedBy: by, user, proposed } };
  change.bind(entry, async (index) => {
    await tx
      .insertInto("baseline_proposal")
      .values({
        proposed_at: new Date(at),
        proposed_by: by,
        user_id: user,
        digest: createHash("sha256").update(document).digest("hex"),
        proposed,
        entry_index: index,
      })
      .execute();
  });
}

/** Records who approved a version and how they were authenticated: an operator states a name, a user has signed in. */
export function recordApproval(change: Change, version: PortBaselineVersion, by: Principal | undefined): void {
  const { tx, at } = change;
  const through = by?.kind ?? "operator";
  const entry: Entry = {
    type: "baseline-approved",
    at,
    data: {
      version: version.version,
      digest: version.digest,
      approvedBy: version.approvedBy,
      authorizedPorts: version.authorizedPorts.length,
      through,
    },
  };
  change.bind(entry, async (index) => {
    await tx
      .insertInto("baseline_approval")
      .values({
        version: version.version,
        approved_at: new Date(version.approvedAt),
        approved_by: version.approvedBy,
        through,
        user_id: by?.user ?? null,
        entry_index: index,
      })
      .execute();
  });
  change.notify(entry, { kind: "baseline-approved", subject: { version: version.version } });
}

/** Whether a user had a port baseline proposed since the last approval. */
export async function hasOpenProposal(db: Db, user: string): Promise<boolean> {
  const own = await db
    .selectFrom("baseline_proposal")
    .select("id")
    .where("user_id", "=", user)
    .where("entry_index", ">", (approvals) =>
      approvals
        .selectFrom("baseline_approval")
        .select((row) => row.fn.coalesce(row.fn.max("entry_index"), row.lit(-1)).as("last")),
    )
    .limit(1)
    .executeTakeFirst();
  return own !== undefined;
}
