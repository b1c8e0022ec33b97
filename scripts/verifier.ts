import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildVerifier, VERIFIER_FILE } from "./build-verifier.ts";

/** Writes the verifier of a bundle as one file; with `--check`, only compares. */
const path = join(import.meta.dirname, "..", VERIFIER_FILE);
const built = await buildVerifier();
if (!process.argv.includes("--check")) writeFileSync(path, built);
else if (readFileSync(path, "utf8") !== built) {
  process.stderr.write(`${VERIFIER_FILE} is not what verifier/ gives. Next: npm run verifier\n`);
  process.exitCode = 1;
}
