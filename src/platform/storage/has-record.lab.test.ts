import { spawnSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { hasRecord } from "./has-record.ts";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "portolan-home-"));
});
afterEach(() => rm(home, { recursive: true }));

it("tells a home without a record from one with a record, and from a file", async () => {
  expect(hasRecord({ home: join(home, "none") })).toBe(false);
  expect(hasRecord({ home })).toBe(false);
  await mkdir(join(home, "data"));
  expect(hasRecord({ home })).toBe(true);
  await writeFile(join(home, "file"), "");
  expect(() => hasRecord({ home: join(home, "file") })).toThrow("a part of that path is a file");
});

const isRoot = process.getuid?.() === 0;
it.skipIf(!isRoot)("never calls a home empty that this user may not look into (needs root)", async () => {
  await mkdir(join(home, "data"));
  await chmod(home, 0o700);
  const code = `import { hasRecord } from ${JSON.stringify(join(import.meta.dirname, "has-record.ts"))};
    process.setgid(65534); process.setgroups([]); process.setuid(65534);
    try { console.log(hasRecord({ home: ${JSON.stringify(home)} })); } catch (error) { console.log(error.message); }`;
  const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", code], { encoding: "utf8" });
  expect(stdout).toContain("is not allowed to look into");
});
