import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { fakeCommandLine } from "../../../test/fakes/command-line.ts";
import { run } from "../run.ts";

const cli = fakeCommandLine();

it("two backups into one file: one of them gets the name, and neither leaves a draft", async () => {
  const inspected = { entries: 1, tables: 1, rows: 1 };
  const both = [1, 2].map(() =>
    cli.surroundings({ door: { inspectBackup: () => Promise.resolve(inspected as never) } }),
  );
  const codes = await Promise.all(both.map((around) => run(["backup", "-o", "a.backup", "--json"], around)));
  expect(codes.toSorted((a, b) => a - b)).toEqual([0, 2]);
  expect(both.map(({ printed }) => printed.err).join("")).toContain("a.backup already exists; it was not changed.");
  expect(await readFile(join(cli.directory, "a.backup"), "utf8")).toBe("a backup");
  expect((await readdir(cli.directory)).filter((name) => name.includes("draft"))).toEqual([]);
});
