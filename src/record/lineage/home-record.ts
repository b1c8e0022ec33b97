import { z } from "zod";
import { Fault, formatInstant, type Instant } from "../../model/index.ts";

const place = {
  store: z.enum(["embedded", "postgresql"]),
  /** For people; without a password. Absent for the embedded database. */
  database: z.string().max(1_000).optional(),
};

/** `record.json` in the home: the database that holds its record. */
export const homeRecord = z.object({
  version: z.literal(1),
  ...place,
  /** Absent: whatever record that database holds. */
  record: z.string().max(100).optional(),
  generation: z.int().min(1).optional(),
  /** Databases whose record was restored into another one. */
  superseded: z
    .array(z.object({ ...place, at: z.iso.datetime() }))
    .max(100)
    .optional(),
});

export type HomeRecord = z.infer<typeof homeRecord>;
export type RecordPlace = Pick<HomeRecord, "store" | "database">;

/**
 * Why a home does not work on a database: it remembers another one. Undefined: nothing keeps it from it. `found` is the record in it, once
 * it is open: a database that moved to another host still holds the same record.
 */
export function refusalOf(
  home: string,
  remembered: HomeRecord | undefined,
  chosen: RecordPlace,
  found?: { readonly record: string },
): Fault | undefined {
  if (remembered === undefined) return undefined;
  const { store, database = "a PostgreSQL database", record } = remembered;
  if (store === "postgresql" && chosen.store === "embedded") {
    return new Fault(
      "conflict",
      `The record of this home is in PostgreSQL (${database}), and DATABASE_URL is not set.`,
      {
        place: home,
        next: "Set DATABASE_URL. To work on the embedded database of this home instead: portolan config database embedded.",
      },
    );
  }
  if (store === "embedded" && chosen.store === "postgresql") {
    return new Fault(
      "conflict",
      `The record of this home is in its embedded database, and DATABASE_URL names another one (${chosen.database ?? ""}).`,
      {
        place: home,
        next: "Unset DATABASE_URL. To move the record there, run portolan backup without DATABASE_URL and portolan restore with it. To work on that database instead: portolan config database postgresql.",
      },
    );
  }
  if (store === "embedded" || found === undefined || record === undefined || record === found.record) return undefined;
  return new Fault(
    "conflict",
    `DATABASE_URL names ${chosen.database ?? "a database"}, which does not hold the record of this home: that is in ${database}.`,
    {
      place: home,
      next: "Correct DATABASE_URL. To work on that database instead: portolan config database postgresql.",
    },
  );
}

/** The note that the record in a place was restored into another one; undefined if this home knows of none. */
export function restoredElsewhere(
  remembered: HomeRecord | undefined,
  store: HomeRecord["store"],
): { readonly at: Instant; readonly text: string } | undefined {
  const last = remembered?.superseded?.findLast((each) => each.store === store);
  if (last === undefined) return undefined;
  const at = Date.parse(last.at);
  const where = store === "embedded" ? "the embedded database" : (last.database ?? "that database");
  return { at, text: `The record in ${where} was restored into another database at ${formatInstant(at)}` };
}
