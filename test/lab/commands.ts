import { execFile, spawnSync } from "node:child_process";

/** Runs a tool to its end and answers what it printed; a tool that fails says which, why and with what arguments. */
export function tool(name: string, args: readonly string[], input = ""): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(name, args, { encoding: "utf8" }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${name} ${args.join(" ")}: ${stderr.trim() || error.message}`));
    });
    // A tool that reads nothing may be gone before it was offered anything.
    child.stdin?.on("error", () => undefined).end(input);
  });
}

/**
 * Runs lines of shell to the end, or to the first that fails. A process as large as a test's takes 10 ms and more to
 * start a program, and a shell two; a lab is some fifty of them.
 */
export async function shell(lines: readonly string[]): Promise<void> {
  await tool("sh", ["-e"], `${lines.join("\n")}\n`);
}

/** As {@link tool}, for what may be gone already. Answers undefined when it failed. */
export async function attempt(name: string, args: readonly string[]): Promise<string | undefined> {
  try {
    return await tool(name, args);
  } catch {
    return undefined;
  }
}

/** For the question that has to be answered while tests are still being collected. */
export function worksNow(name: string, args: readonly string[]): boolean {
  return spawnSync(name, args, { stdio: "ignore" }).status === 0;
}
