import { Fault, type Instant } from "../../../model/index.ts";
import { recordChange, type ChangeDeps } from "../../../record/change/index.ts";
import { latestSources, type StoredSource } from "./source-store.ts";

/**
 * Lets a source count no longer, until a file is recorded under its name again.
 *
 * @throws Fault `not-found` if no source of that name counts
 */
export async function retireSource(
  deps: ChangeDeps,
  at: Instant,
  { name, by }: { readonly name: string; readonly by: string },
): Promise<StoredSource> {
  return await recordChange(deps, at, async (change) => {
    const { tx } = change;
    const sources = await latestSources(tx);
    const source = sources.find((each) => each.name === name);
    if (source === undefined) {
      const known = sources.map((each) => each.name).join(", ");
      throw new Fault("not-found", `No source of the boundary is named ${JSON.stringify(name)}.`, {
        next: `Name one of: ${known || "(none is recorded)"}.`,
      });
    }
    const row = await tx
      .insertInto("boundary_retirement")
      .values({ source_id: source.id, name, retired_at: new Date(change.at), retired_by: by })
      .onConflict((conflict) => conflict.doNothing())
      .returning("source_id")
      .executeTakeFirst();
    if (row !== undefined) {
      change.append({ type: "boundary-source-retired", at: change.at, data: { name, source: source.id, by } });
    }
    return source;
  });
}
