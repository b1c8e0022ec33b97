import { z } from "zod";
import { TRANSPORTS } from "../model/index.ts";

/** Fields that several subjects share, in results and in requests. */

const names = z.registry<{ readonly name: string }>();

/** Names the schema's file in `generated/json`. */
export function named<Schema extends z.ZodType>(name: string, schema: Schema): Schema {
  names.add(schema, { name });
  return schema;
}

/**
 * The result that a command prints with `--json` and a route returns, named and versioned in its `schema` field. A
 * version only gains optional fields; any other change makes version 2. `npm run schemas` writes each schema to
 * `generated/json`.
 */
export function resultOf<const Name extends string, const Shape extends z.ZodRawShape>(name: Name, shape: Shape) {
  return named(name, z.object({ schema: z.literal(`portolan.${name}/1` as const), ...shape }));
}

/** The name of a schema's file in `generated/json`; undefined if it has none. */
export function nameOf(schema: z.ZodType): string | undefined {
  return names.get(schema)?.name;
}

/** An instant of a result. */
export const instant = z.iso.datetime().describe("RFC 3339, UTC");
/** In answers about an instant before the log bound them. */
export const boundSince = instant
  .optional()
  .describe(
    "the log binds this answer since then, and it is about an earlier instant: it rests on rows as they stood then. Absent: the log binds all of it, or none of it yet",
  );
/** In answers about an instant before which retention pruned what they rest on. */
export const prunedField = z
  .object({
    until: instant.describe("what ended by then was pruned, unless a legal hold keeps it"),
    entry: z.int().min(0).describe("index of the entry that says so"),
  })
  .optional()
  .describe(
    "the answer is about an instant before this one: an endpoint that is unknown in it may have been scanned. Absent: nothing that it rests on was pruned",
  );
export const transport = z.enum(TRANSPORTS);
export const port = z.int().min(1).max(65535);
export const observedState = z.enum(["open", "closed", "filtered", "no-response", "unreachable"]);
export const stateAt = z.enum(["open", "closed", "filtered", "no-response", "unreachable", "unknown"]);

/** Addresses by what is known of them: in a range, most belong to nobody. */
export const hostsAt = z
  .object({
    answered: z.int().min(0).describe("an endpoint is open, closed or filtered"),
    silent: z.int().min(0).describe("probed, and nothing answered"),
    unknown: z.int().min(0).describe("nobody looked in time"),
    silentEndpoints: z.int().min(0).describe("endpoints of silent hosts, which the counts have among the others"),
  })
  .optional()
  .describe("number of addresses");

/** An asset may have the same name that undeclared hosts are shown under. */
export const declared = z
  .literal(true)
  .optional()
  .describe(
    "true: a declared asset, although its name reads like the undeclared hosts of a target; absent with other names",
  );

/** The record holds no year before year 1. */
const EARLIEST = Date.parse("0001-01-02T00:00:00Z");

/** An instant of a request: text in transit, milliseconds in the program. */
export const instantParam = z.iso
  .datetime({ offset: true })
  .refine((text) => Date.parse(text) >= EARLIEST, "is before the first year")
  .describe("RFC 3339 with an offset")
  .transform((text) => Date.parse(text));

/** No control characters: names appear on screens and in the record, which cannot hold a NUL. */
export const name = z
  .string()
  .min(1)
  .max(200)
  .regex(/^\P{Cc}*$/u, "control characters are not allowed");

/** The query of a request without parameters. */
export const emptyQuery = z.strictObject({});

/** One value, or several if the parameter is repeated. */
export function severalOf<Values extends readonly [string, ...string[]]>(values: Values) {
  const one = z.enum(values);
  return z
    .union([one, z.array(one).max(values.length)])
    .transform((given) => (Array.isArray(given) ? given : [given]))
    .optional()
    .describe("may be given several times; absent: all");
}

/** A page of a list: at most `limit` entries after `after`, which is the `next` of the page before. */
export const paging = {
  after: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,200}$/)
    .optional()
    .describe("`next` of the page before; the other parameters must stay the same"),
  limit: z.coerce.number().int().min(1).max(1_000).default(100).describe("entries per page"),
};
export const next = z.string().optional().describe("pass it as `after` to get the next page; absent on the last page");

export const wholeNumber = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
export const idParams = z.strictObject({ id: wholeNumber.min(1) });

/** The fields of a request that are instants. A description makes another schema with the same definition. */
export function instantFields({ shape }: z.ZodObject): ReadonlySet<string> {
  const isInstant = (field: z.core.$ZodType): boolean =>
    field._zod.def === instantParam._zod.def || (field instanceof z.ZodOptional && isInstant(field.unwrap()));
  return new Set(Object.keys(shape).filter((field) => isInstant(shape[field] as z.core.$ZodType)));
}

/** Looks that the next checkpoint will cover. */
export const unsignedLooks = z
  .object({ looks: z.int().min(1), since: instant.describe("the end of the first of them") })
  .optional()
  .describe(
    "sweeps of every minute that saw nothing new and are not signed yet: the checkpoint of the hour covers them. Absent: there are none",
  );

/** Who else is behind a decision, in every result that shows one. */
export const alsoBy = z
  .array(
    z.object({
      name: z.string(),
      through: z.enum(["link", "key"]).describe("they made the password link or the key that was used"),
      since: instant.optional().describe("when the link was used, or the key was made"),
    }),
  )
  .optional()
  .describe("further persons behind it; absent: none");
