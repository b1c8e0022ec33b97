import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";
import { tablesOfSchema } from "../../scripts/tables-of-schema.ts";

/** A table of the record is declared once, in tables.ts of the capability that keeps it, and as the migrations make it. */

const root = join(import.meta.dirname, "../..");
const madeByMigrations = tablesOfSchema(readFileSync(join(root, "generated/schema.sql"), "utf8"));
const files = globSync("src/**/tables.ts", { cwd: root }).map((file) => file.replaceAll("\\", "/"));
const declared = files.flatMap((file) =>
  declaredTables(file, readFileSync(join(root, file), "utf8")).map((table) => ({ ...table, file })),
);

it("declares every table of generated/schema.sql exactly once, and no other", () => {
  expect(declared.map(({ table }) => table).sort()).toEqual([...madeByMigrations.keys()].sort());
});

it("declares the columns that the table has, all of them where better-auth does not keep its own", () => {
  for (const { table, columns, file } of declared) {
    const made = madeByMigrations.get(table) ?? [];
    if (table.startsWith("identity_")) expect(made, `${table} in ${file}`).toEqual(expect.arrayContaining(columns));
    else expect(columns.toSorted(), `${table} in ${file}`).toEqual(made.toSorted());
  }
});

it("finds a table that two capabilities declare, by the same reading", () => {
  const twice = `declare module "../storage/tables.ts" { interface Tables { finding: { id: number } } }`;
  expect(declaredTables("a/tables.ts", twice)).toEqual([{ table: "finding", columns: ["id"] }]);
  expect(
    declaredTables("storage/tables.ts", "export interface Tables { worker: { id: number; pid: number } }"),
  ).toEqual([{ table: "worker", columns: ["id", "pid"] }]);
  expect(declaredTables("b/tables.ts", "interface Others { worker: { id: number } }")).toEqual([]);
});

function declaredTables(file: string, text: string): { table: string; columns: string[] }[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
  const blocks = source.statements.flatMap((statement) =>
    ts.isModuleDeclaration(statement) && statement.body !== undefined && ts.isModuleBlock(statement.body)
      ? [...statement.body.statements]
      : [statement],
  );
  return blocks
    .filter((statement) => ts.isInterfaceDeclaration(statement))
    .filter(({ name }) => name.text === "Tables")
    .flatMap(({ members }) => [...members])
    .filter((member) => ts.isPropertySignature(member))
    .map(({ name, type }) => ({
      table: nameOf(name),
      columns:
        type !== undefined && ts.isTypeLiteralNode(type)
          ? type.members.flatMap(({ name: column }) => (column === undefined ? [] : [nameOf(column)]))
          : [],
    }));
}

function nameOf(name: ts.PropertyName): string {
  return ts.isIdentifier(name) || ts.isStringLiteral(name) ? name.text : "";
}
