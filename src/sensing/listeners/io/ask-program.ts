import { execFile } from "node:child_process";

const PATIENCE = 20_000;
const MOST_BYTES = 32 * 2 ** 20;

/**
 * The output of a system program. No shell, no input, bounded time and bounded output. Rejects when it is missing, too
 * slow, prints too much, or ends with another status than `fine` (lsof ends with 1 when it found nothing).
 */
export function askProgram(program: string, words: readonly string[], fine: readonly number[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { timeout: PATIENCE, killSignal: "SIGKILL", maxBuffer: MOST_BYTES, windowsHide: true } as const;
    const child = execFile(program, [...words], { ...options, encoding: "utf8" }, (error, stdout) => {
      if (error === null || (typeof error.code === "number" && fine.includes(error.code))) resolve(stdout);
      else reject(new Error(`${program} does not report the listeners: ${error.message.split("\n", 1)[0]}`));
    });
    child.stdin?.end();
  });
}
