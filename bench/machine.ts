import { readFileSync } from "node:fs";
import { arch, cpus, release, totalmem, type } from "node:os";

/** What the figures depend on, without saying whose machine it is. */
export function machineDescription(): string[] {
  const processors = cpus();
  return [
    `${processors.length} cores (${processors[0]?.model.trim() ?? "unknown"}), ${(totalmem() / 2 ** 30).toFixed(1)} GiB of memory`,
    `${type()} ${release()} ${arch()}`,
    `Node ${process.version}, koffi ${packageVersion("koffi")}`,
  ];
}

function packageVersion(name: string): string {
  const text = readFileSync(new URL(`../node_modules/${name}/package.json`, import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
