import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readFragment, release } from "./changelog-entries.ts";

/** `npm run changelog -- VERSION`: moves the fragments of changelog.d into a section of CHANGELOG.md. */
const root = join(import.meta.dirname, "..");
const folder = join(root, "changelog.d");
const file = join(root, "CHANGELOG.md");

const names = readdirSync(folder)
  .filter((name) => name !== "README.md")
  .sort();
const fragments = names.map((name) => {
  const fragment = readFragment(name, readFileSync(join(folder, name), "utf8"));
  if ("problem" in fragment) throw new Error(`changelog.d/${fragment.problem}`);
  return fragment;
});
const today = new Date().toISOString().slice(0, 10);
writeFileSync(file, release(readFileSync(file, "utf8"), fragments, process.argv[2] ?? "", today));
for (const name of names) rmSync(join(folder, name));
