import { z } from "zod";
import { formatInstant, parseInstant, type Instant, type ServiceIdentity } from "../../model/index.ts";

const day = z.iso.date();
export const lifecycleFileSchema = z.strictObject({
  /** When the dates below were last checked. */
  retrieved: day,
  products: z.array(
    z.strictObject({
      /** As the fingerprints name it. */
      product: z.string().min(1).max(80),
      /** Its page, with the dates. */
      source: z.url({ protocol: /^https$/ }),
      /** Its name at endoflife.date, for the update. */
      slug: z.string().regex(/^[a-z0-9-]{1,60}$/),
      cycles: z.array(
        z.strictObject({
          /** A leading part of the version: `10` is for 10.22, not for 100. */
          cycle: z.string().regex(/^\d+(\.\d+){0,2}$/),
          endOfLife: day,
        }),
      ),
    }),
  ),
});
export type LifecycleFile = z.infer<typeof lifecycleFileSchema>;

/** End of upstream support of a version: since when, and by which source. */
export interface EndOfLife {
  readonly product: string;
  readonly cycle: string;
  /** First instant of the day, UTC. */
  readonly at: Instant;
  readonly source: string;
  /** The day of the data. */
  readonly asOf: string;
}

export interface Lifecycle {
  /** The longest cycle that the version belongs to, if that has ended by `now`. */
  endOfLife(identity: ServiceIdentity, now: Instant): EndOfLife | undefined;
}

export function createLifecycle({ retrieved, products }: LifecycleFile): Lifecycle {
  const byProduct = new Map(products.map((each) => [each.product.toLowerCase(), each]));
  return {
    endOfLife({ product, version }, now) {
      const known = byProduct.get(product?.toLowerCase() ?? "");
      if (known === undefined || version === undefined) return undefined;
      const [longest] = known.cycles
        .filter(({ cycle }) => belongsTo(version, cycle))
        .sort((a, b) => b.cycle.length - a.cycle.length);
      const at = longest === undefined ? undefined : parseInstant(longest.endOfLife);
      if (longest === undefined || at === undefined || at > now) return undefined;
      return { product: known.product, cycle: longest.cycle, at, source: known.source, asOf: retrieved };
    },
  };
}

function belongsTo(version: string, cycle: string): boolean {
  return version.startsWith(cycle) && !/^[\d]/.test(version.slice(cycle.length));
}

/** `nginx 1.18 is past its end of life since 2021-04-20 (https://…, as of 2026-11-22)`. */
export function describeEndOfLife({ product, cycle, at, source, asOf }: EndOfLife): string {
  const since = formatInstant(at).slice(0, 10);
  return `${product} ${cycle} is past its end of life since ${since} (${source}, as of ${asOf})`;
}

const cycleAtSource = z.object({ cycle: z.union([z.string(), z.number()]), eol: z.union([z.boolean(), z.string()]) });

/**
 * The response of endoflife.date's `/api/SLUG.json` as cycles; a cycle without a date is left out. Throws for any other
 * text.
 */
export function cyclesFrom(answer: unknown): LifecycleFile["products"][number]["cycles"] {
  return z
    .array(cycleAtSource)
    .parse(answer)
    .flatMap(({ cycle, eol }) => {
      const name = String(cycle);
      const isUsable = typeof eol === "string" && day.safeParse(eol).success && /^\d+(\.\d+){0,2}$/.test(name);
      return isUsable ? [{ cycle: name, endOfLife: eol }] : [];
    });
}
