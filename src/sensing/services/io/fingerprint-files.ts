import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { createFingerprints, fingerprintFileSchema, type FingerprintEntry, type Fingerprints } from "../fingerprint.ts";

const DIRECTORY = join(import.meta.dirname, "..", "fingerprints");

/** Every entry of fingerprints/*.yaml, files in the order of their names. Throws where one does not fit the schema. */
export function fingerprintEntries(): readonly FingerprintEntry[] {
  return readdirSync(DIRECTORY)
    .filter((name) => name.endsWith(".yaml"))
    .sort()
    .flatMap((name) => fingerprintFileSchema.parse(parse(readFileSync(join(DIRECTORY, name), "utf8"))).fingerprints);
}

let loaded: Fingerprints | undefined;

/** The fingerprints that this version carries; read and compiled once, which takes a quarter of a second. */
export function shippedFingerprints(): Fingerprints {
  return (loaded ??= createFingerprints(fingerprintEntries()));
}
