import { execFileSync } from "node:child_process";
import { cpSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

/** What the compiler leaves behind: files the code reads beside itself. */
const CARRIED = /\.(sql|json|yaml|html|css|js)$/;

const root = join(import.meta.dirname, "..");
const dist = join(root, "dist");
rmSync(dist, { recursive: true, force: true });
execFileSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", "tsconfig.build.json"], {
  cwd: root,
  stdio: "inherit",
});
for (const path of readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })) {
  if (CARRIED.test(path)) cpSync(join(root, "src", path), join(dist, "src", path));
}
