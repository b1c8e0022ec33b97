import { readFileSync } from "node:fs";
import { arch, cpus, getPriority, release, totalmem, type } from "node:os";

/** What the figures depend on, without identifying the machine's owner. */
export function machineDescription(): string[] {
  const processors = cpus();
  return [
    `${processors.length} cores (${processors[0]?.model.trim() ?? "unknown"}), ${(totalmem() / 2 ** 30).toFixed(1)} GiB of memory`,
    `${type()} ${release()} ${arch()}`,
    `Node ${process.version}, koffi ${packageVersion("koffi")}`,
  ];
}

/**
 * How this process is scheduled. proc_pid_stat(5): fields 40 and 41, counted from the end of the name, which may
 * contain anything.
 */
export function scheduling(): string {
  const fields = readFileSync("/proc/self/stat", "utf8").split(") ").at(-1)?.split(" ") ?? [];
  return fields[38] === "0" ? `niceness ${getPriority()}` : `real-time scheduling, priority ${fields[37]}`;
}

function packageVersion(name: string): string {
  const text = readFileSync(new URL(`../node_modules/${name}/package.json`, import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
