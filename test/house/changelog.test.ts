import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readFragment, release } from "../../scripts/changelog-entries.ts";

const root = join(import.meta.dirname, "../..");
const folder = join(root, "changelog.d");
const fragments = readdirSync(folder)
  .filter((name) => name !== "README.md")
  .map((name) => readFragment(name, readFileSync(join(folder, name), "utf8")));

it("changelog.d holds one change a file, as its README.md says", () => {
  expect(fragments.filter((fragment) => "problem" in fragment)).toEqual([]);
});

it("CHANGELOG.md takes them as the next version", () => {
  const changelog = readFileSync(join(root, "CHANGELOG.md"), "utf8");
  const whole = fragments.flatMap((fragment) => ("problem" in fragment ? [] : [fragment]));
  // Right after a release there is nothing to take.
  if (whole.length === 0) return;
  expect(release(changelog, whole, "999.0.0", "2026-01-01")).toContain("## 999.0.0 - 2026-01-01");
});
