import { describe, expect, it } from "vitest";
import { readColumns, readSort, writeColumns, writeSort } from "./table-state.ts";

const IDS = ["age", "asset", "owner"];

describe("a table in the URL", () => {
  it.each(["age", "-age", ""])("keeps the sort %j", (text) => {
    expect(writeSort(readSort(text, IDS))).toBe(text);
  });

  it.each(["name", "--age", "-", "<img>"])("sorts by nothing for %j", (text) => {
    expect(readSort(text, IDS)).toEqual([]);
  });

  it("keeps the columns, and leaves out those that do not exist", () => {
    expect([...(readColumns("owner,<img>,age", IDS) ?? [])]).toEqual(["owner", "age"]);
    expect(readColumns("<img>", IDS)).toBeUndefined();
    expect(readColumns("", IDS)).toBeUndefined();
  });

  it("says nothing about the columns that a table shows by itself", () => {
    expect(writeColumns(["age", "asset"], ["age", "asset"])).toBe("");
    expect(writeColumns(["age"], ["age", "asset"])).toBe("age");
  });
});
