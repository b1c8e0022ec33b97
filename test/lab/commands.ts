import { execFile, spawnSync } from "node:child_process";

/**
 * Runs a tool to its end and returns its output. Throws with the tool's name, its arguments and the cause when it
 * fails.
 */
export function tool(name: string, args: readonly string[], input = ""): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(name, args, { encoding: "utf8" }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${name} ${args.join(" ")}: ${stderr.trim() || error.message}`));
    });
    // A tool that reads nothing may exit before its input is written.
    child.stdin?.on("error", () => undefined).end(input);
  });
}

/**
 * Runs lines of shell to the end, or to the first that fails. A process as large as a test's takes 10 ms and more to
 * start a program, a shell two; a lab starts some fifty of them.
 */
export async function shell(lines: readonly string[]): Promise<void> {
  await tool("sh", ["-e"], `${lines.join("\n")}\n`);
}

/** Like {@link tool}, for things that may already be gone. Returns undefined on failure. */
export async function attempt(name: string, args: readonly string[]): Promise<string | undefined> {
  try {
    return await tool(name, args);
  } catch {
    return undefined;
  }
}

/** For the check that has to run while tests are still being collected. */
export function worksNow(name: string, args: readonly string[]): boolean {
  return spawnSync(name, args, { stdio: "ignore" }).status === 0;
}
