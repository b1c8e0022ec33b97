import { spawn } from "node:child_process";
import { labUnavailable } from "../test/lab/index.ts";

const INSIDE = new URL("./sensor-inside.ts", import.meta.url).pathname;

/**
 * The time from `listen()` to a recorded finding, on a host with many established connections. All of it runs in a
 * network namespace of its own, so that the machine's own listeners and connections play no part.
 */
export async function run(runs = 1): Promise<void> {
  const reason = labUnavailable();
  if (reason !== undefined) throw new Error(`this benchmark ${reason}`);
  const connections = process.env.PORTOLAN_BENCH_CONNECTIONS ?? "50000";
  const child = spawn("unshare", ["--net", "--", process.execPath, INSIDE, connections, String(runs)], {
    stdio: "inherit",
  });
  await new Promise<void>((resolve, reject) => {
    child.once("exit", (status) => (status === 0 ? resolve() : reject(new Error(`it ended with ${status}`))));
  });
}
