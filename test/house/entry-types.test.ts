import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { expect, expectTypeOf, it } from "vitest";
import { ENTRY_TYPES, type EntryData, type EntryType, type JsonValue } from "../../src/model/index.ts";

/** The data of an entry type is declared once, in entries.ts of the capability that writes it. */

const root = join(import.meta.dirname, "../..");
const declared = globSync("src/**/entries.ts", { cwd: root }).flatMap((file) =>
  declaredTypes(file, readFileSync(join(root, file), "utf8")),
);

it("is declared for every type there is, exactly once, and for no other", () => {
  expect(declared.toSorted()).toEqual([...ENTRY_TYPES].sort());
  expectTypeOf<keyof EntryData>().toEqualTypeOf<EntryType>();
});

it("is JSON", () => {
  type Data = EntryData[EntryType];
  type NotJson = Data extends infer Each
    ? Each extends { readonly [field: string]: JsonValue }
      ? never
      : Each
    : never;
  expectTypeOf<NotJson>().toEqualTypeOf<never>();
});

it("is found where two capabilities declare it, by the same reading", () => {
  const text = `declare module "../../model/entry.ts" { interface EntryData { "sweep-started": { readonly a: 1 } } }`;
  expect(declaredTypes("a/entries.ts", text)).toEqual(["sweep-started"]);
  expect(declaredTypes("b/entries.ts", `interface EntryData { "sweep-started": 1 }`)).toEqual([]);
});

function declaredTypes(file: string, text: string): string[] {
  return ts
    .createSourceFile(file, text, ts.ScriptTarget.Latest)
    .statements.filter((statement) => ts.isModuleDeclaration(statement))
    .flatMap(({ body }) => (body !== undefined && ts.isModuleBlock(body) ? [...body.statements] : []))
    .filter((statement) => ts.isInterfaceDeclaration(statement))
    .filter(({ name }) => name.text === "EntryData")
    .flatMap(({ members }) => [...members])
    .flatMap(({ name }) => (name !== undefined && ts.isStringLiteral(name) ? [name.text] : []));
}
