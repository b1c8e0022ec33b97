import { RE2JS } from "re2js";
import { z } from "zod";
import { FIELDS, type Field, type Reading } from "./reading.ts";

/** Length that is read of a field; a longer one is cut before any pattern sees it. */
const LONGEST_FIELD = 4_096;

const entrySchema = z.strictObject({
  field: z.enum(FIELDS),
  /** RE2 syntax: no backreferences, no lookaround, linear in the length of any text. */
  pattern: z.string().min(1).max(300),
  product: z.string().min(1).max(80),
  /** The group that holds the version. */
  version: z.int().min(1).max(4).optional(),
  /** Name of the protocol if this matches. */
  service: z.string().min(1).max(40).optional(),
  /** Maps the captured text on the left to the version on the right; empty for none. */
  examples: z.record(z.string(), z.string()),
});
export const fingerprintFileSchema = z.strictObject({ fingerprints: z.array(entrySchema) });
export type FingerprintEntry = z.infer<typeof entrySchema>;

export interface Fingerprints {
  /** Adds product and version to a reading by its fields: the first that matches, in the order of the files. */
  describe(reading: Reading): Reading;
}

interface Compiled {
  readonly entry: FingerprintEntry;
  readonly pattern: RE2JS;
}

/** Throws RE2's error for a pattern that it rejects. */
export function createFingerprints(entries: readonly FingerprintEntry[]): Fingerprints {
  const byField = new Map<Field, Compiled[]>();
  for (const entry of entries) {
    const compiled = { entry, pattern: RE2JS.compile(entry.pattern, RE2JS.CASE_INSENSITIVE | RE2JS.MULTILINE) };
    const known = byField.get(entry.field);
    if (known === undefined) byField.set(entry.field, [compiled]);
    else known.push(compiled);
  }

  function describe(reading: Reading): Reading {
    for (const field of FIELDS) {
      const text = reading.fields?.[field]?.slice(0, LONGEST_FIELD);
      if (text === undefined) continue;
      for (const { entry, pattern } of byField.get(field) ?? []) {
        const match = pattern.matcher(text);
        if (!match.find()) continue;
        const version = entry.version === undefined ? undefined : (match.group(entry.version) ?? undefined);
        return {
          ...reading,
          ...(entry.service === undefined ? {} : { service: entry.service }),
          product: entry.product,
          ...(version === undefined || version === "" ? {} : { version }),
        };
      }
    }
    return reading;
  }

  return { describe: (reading) => (reading.product === undefined ? describe(reading) : reading) };
}
