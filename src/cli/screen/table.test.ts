import fc from "fast-check";
import { expect, it } from "vitest";
import { createPage, MOST_ROWS } from "./page.ts";
import { toned, type Style } from "./style.ts";
import { tableLines } from "./table.ts";
import { widthOf } from "./text.ts";

const style: Style = { width: 80, colour: false, timeZone: "UTC", now: 0, program: "portolan" };
const columns = [{ title: "asset", wraps: true }, { title: "address", wraps: true }, { title: "port" }] as const;

it("never exceeds its width, and loses no character of a cell", () => {
  const cell = fc.string({ unit: fc.constantFrom("a", "b", " ", "東", "-"), maxLength: 120 });
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 5 }), (rows) => {
      const lines = tableLines(
        columns,
        rows.map(([one, two]) => [one, two, "tcp/65535"]),
        style,
      );
      for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(80);
      const letters = (text: string): string => [...text.replaceAll(" ", "")].sort().join("");
      const head = "ASSETADDRESSPORT";
      const expected = rows.map(([one, two]) => `${one}${two}tcp/65535`).join("");
      expect(letters(lines.join(""))).toBe(letters(head + expected));
    }),
  );
});

it("colours only if the style has colours, and aligns the same with them", () => {
  const rows = [[toned("bad", "db-1"), "10.77.0.3", "tcp/23"]];
  const coloured = tableLines(columns, rows, { ...style, colour: true });
  // eslint-disable-next-line no-control-regex
  const bare = coloured.map((line) => line.replace(/\u001b\[\d+m/g, ""));
  expect(coloured.join("")).toContain("\u001b[31mdb-1\u001b[39m");
  expect(bare).toEqual(tableLines(columns, rows, style));
});

it("counts the rows it leaves out", () => {
  const page = createPage(style);
  page.table({ columns: [{ title: "n" }], rows: Array.from({ length: MOST_ROWS + 1234 }, (_row, at) => [String(at)]) });
  expect(page.text().trimEnd().split("\n")).toHaveLength(MOST_ROWS + 2);
  expect(page.text()).toContain("and 1,234 more (--json shows all)");
});

it("wraps a paragraph with a hanging indent", () => {
  const page = createPage({ ...style, width: 40 });
  page.say`  why: ${"a long reason that somebody wrote down for the auditor to read"}`;
  expect(page.text()).toBe("  why: a long reason that somebody wrote\n    down for the auditor to read\n");
});
