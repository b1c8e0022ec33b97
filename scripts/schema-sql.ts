import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeSchema } from "../src/platform/storage/describe-schema.ts";
import { openStore } from "../src/platform/storage/index.ts";

/**
 * Writes generated/schema.sql from a database with every migration applied; with --check, reports whether it is
 * current.
 */

const path = join(import.meta.dirname, "../generated/schema.sql");
const home = mkdtempSync(join(tmpdir(), "portolan-schema-"));
try {
  const store = await openStore({ home });
  const schema = await describeSchema(store.executeSql);
  await store.close();
  if (!process.argv.includes("--check")) writeFileSync(path, schema);
  else if (readFileSync(path, "utf8") !== schema) {
    console.error(`${path} does not match the migrations: run node scripts/schema-sql.ts and commit it.`);
    process.exitCode = 1;
  }
} finally {
  rmSync(home, { recursive: true, force: true });
}
