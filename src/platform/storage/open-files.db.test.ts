import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { freshPlace } from "../../../test/databases.ts";

const STORAGE = fileURLToPath(new URL("index.ts", import.meta.url));

/** Opens the record, reads every table and index, and prints how many files are open then. */
const CHILD = `
import { readdirSync } from "node:fs";
import { sql } from "kysely";
const { openStore } = await import(process.argv[1]);
const store = await openStore({ home: process.argv[2] });
const { rows } = await sql\`SELECT oid::regclass::text AS name FROM pg_class WHERE relkind = 'r' AND relpersistence = 'p'\`.execute(store.db);
for (const { name } of rows) await sql\`SELECT count(*) FROM \${sql.raw(name)}\`.execute(store.db);
console.log(JSON.stringify({ tables: rows.length, open: readdirSync("/proc/self/fd").length }));
await store.close();
`;

it.skipIf(process.platform !== "linux")(
  "keeps a quarter of the process's open files for the embedded database (needs Linux: /proc)",
  { timeout: 60_000 },
  async () => {
    const place = await freshPlace("embedded");
    try {
      const text = execFileSync(
        "bash",
        [
          "-c",
          'ulimit -n 256 && exec "$@"',
          "bash",
          process.execPath,
          ...["--input-type=module", "-e", CHILD, STORAGE, place.home],
        ],
        { encoding: "utf8", cwd: fileURLToPath(new URL("../../..", import.meta.url)) },
      );
      const { tables, open } = JSON.parse(text) as { readonly tables: number; readonly open: number };
      expect(tables).toBeGreaterThan(100);
      expect(open).toBeLessThan(110);
    } finally {
      await place.remove();
    }
  },
);
