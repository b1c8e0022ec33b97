import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { HOSTILE, hostileExport, hostileFinding } from "../../../test/hostile.ts";
import { csvOf } from "./csv.ts";
import { sheetOf } from "./sheet.ts";
import { unseen } from "./visible.ts";

type Record_ = Record<string, string>;

function read(file: string): Record_[] {
  return parse(file, { columns: true, relax_column_count: false, record_delimiter: "\r\n" });
}

function fileOf(exported = hostileExport()): string {
  return [...csvOf(sheetOf(exported))].join("");
}

/** Recovers the text as the guide describes it. */
const textOf = (cell: string): string => unseen(cell.replaceAll(/(^|;)'/g, "$1"));

/** Whether a spreadsheet would compute the cell, or a part of it if semicolons separate. */
function computes(cell: string): boolean {
  return cell.split(";").some((part) => /^[=+\-@\t\r＝＋－＠]/u.test(part.trimStart().replace(/^["“”`´‘’\s]+/, "")));
}

describe("a CSV of hostile findings", () => {
  const file = fileOf();
  const records = read(file);
  const findings = records.filter(({ record }) => record === "finding");
  const episodes = records.filter(({ record }) => record === "episode");

  it("has one record per finding and per earlier episode, and one that states what is listed", () => {
    const each = Object.keys(HOSTILE).flatMap(() => ["finding", "episode"]);
    expect(records.map(({ record }) => record)).toEqual(["about", ...each]);
    expect(file.endsWith("\r\n")).toBe(true);
    expect(file.split("\r\n")).toHaveLength(records.length + 2);
    expect(file.replaceAll("\r\n", "")).not.toMatch(/\p{Cc}/u);
  });

  it.each(Object.entries(HOSTILE).map(([name, text], at) => [name, text, at] as const))(
    "gives every text back: %s",
    (_name, text, at) => {
      const cells = Object.values(findings[at] ?? {});
      const fields = hostileFinding(at + 1, text).fields.filter(
        ({ path }) => !/^(episodes|subject\.endpoints)/.test(path),
      );
      expect(cells.filter((cell) => textOf(cell) === text)).toHaveLength(fields.length);
      expect(textOf(findings[at]?.["endpoints"] ?? "").split(text)).toHaveLength(1 + 2);
      expect(textOf(episodes[at]?.["resolution"] ?? "")).toBe(text);
      expect(findings[at]).toMatchObject({ id: String(at + 1), port: "8080", opened_at: "2026-03-14T08:12:04.000Z" });
    },
  );

  it("holds no cell that a spreadsheet computes", () => {
    const cells = records.flatMap((record) => Object.values(record));
    expect(cells.filter(computes)).toEqual([]);
    expect(cells.filter((cell) => cell.startsWith("'")).length).toBeGreaterThan(0);
  });

  it.each(Object.entries(HOSTILE))("names a scope with this name: %s", (_name, text) => {
    const [about] = read(fileOf(hostileExport([], text)));
    expect(textOf(about?.["scope"] ?? "")).toBe(text);
    expect(Object.values(about ?? {}).filter(computes)).toEqual([]);
  });

  it("states what is not known, and that an empty list is not a clean one", () => {
    const [about] = read(fileOf({ ...hostileExport([], "dmz"), lastSweep: undefined, coverage: nothingKnown }));
    expect(about?.["summary"]).toMatch(/^No findings, and no sweep has come to its end\./);
    expect(about?.["summary"]).toContain("a list without findings says nothing");
  });
});

const nothingKnown = { vantage: "inside", known: 0, silent: 0, unknown: 65_535 };
