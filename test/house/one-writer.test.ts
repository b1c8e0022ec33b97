import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");

/** Tables that one folder writes to, so that no row comes to be without what belongs to it. */
const WRITERS: readonly { readonly tables: readonly string[]; readonly folder: string }[] = [
  {
    tables: ["evidence_entry", "evidence_head", "evidence_checkpoint", "outbox"],
    folder: "src/record/change/io/",
  },
  { tables: ["finding", "finding_event"], folder: "src/judgement/findings/io/" },
  {
    tables: ["port_baseline_version", "baseline_proposal", "baseline_approval"],
    folder: "src/judgement/baseline/io/",
  },
];

function writes(text: string, table: string): boolean {
  const query = String.raw`(?:insertInto|updateTable|deleteFrom|mergeInto)\(\s*"${table}[" ]`;
  const statement = String.raw`(?:INSERT INTO|UPDATE|DELETE FROM|MERGE INTO|TRUNCATE)\s+${table}\b`;
  return new RegExp(`${query}|${statement}`, "i").test(text);
}

const files = globSync("src/**/*.ts", { cwd: root })
  .filter((path) => !path.endsWith(".test.ts"))
  .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));

it.each(WRITERS)("$tables are written in $folder alone", ({ tables, folder }) => {
  for (const table of tables) {
    const writers = files.filter(({ text }) => writes(text, table)).map(({ path }) => path);
    expect(writers, table).not.toHaveLength(0);
    expect(
      writers.filter((path) => !path.startsWith(folder)),
      table,
    ).toEqual([]);
  }
});

it("would notice", () => {
  expect(writes(`tx.insertInto("finding").values({})`, "finding")).toBe(true);
  expect(writes("sql`update finding SET status = 'x'`", "finding")).toBe(true);
  expect(writes(`tx.insertInto("finding_event")`, "finding")).toBe(false);
  expect(writes(`tx.selectFrom("finding")`, "finding")).toBe(false);
});
