import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import koffi from "koffi";

export interface Measured {
  readonly stdout: string;
  /** From spawn to exit. */
  readonly seconds: number;
  /** User and system time of the process and its children. */
  readonly cpuSeconds: number;
  /** Highest sampled resident set, in MiB. */
  readonly peakMiB: number;
}

const RUSAGE_CHILDREN = -1;
const getrusage = koffi.load(null).func("int getrusage(int who, void *usage)") as (
  who: number,
  usage: BigInt64Array,
) => number;

/** CPU time of all children that have ended, in seconds (getrusage(2)). */
export function childrenCpu(): number {
  const usage = new BigInt64Array(18);
  getrusage(RUSAGE_CHILDREN, usage);
  const [userSeconds = 0n, userMicros = 0n, systemSeconds = 0n, systemMicros = 0n] = usage;
  return Number(userSeconds + systemSeconds) + Number(userMicros + systemMicros) / 1e6;
}

/** Runs one command to its end. Throws when it fails. No other child process may run at the same time. */
export async function measure(command: string, args: readonly string[]): Promise<Measured> {
  const cpuBefore = childrenCpu();
  const began = performance.now();
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  let peakMiB = 0;
  const sampling = setInterval(() => {
    peakMiB = Math.max(peakMiB, highWater(child.pid));
  }, 5);
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const [status] = (await once(child, "close")) as [number | null];
  const seconds = (performance.now() - began) / 1_000;
  clearInterval(sampling);
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}: ${stderr.trim()}`);
  return { stdout, seconds, cpuSeconds: childrenCpu() - cpuBefore, peakMiB };
}

function highWater(pid: number | undefined): number {
  try {
    const kib = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kib === undefined ? 0 : Number(kib) / 1_024;
  } catch {
    return 0;
  }
}

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  const median = sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
  return { median, min: sorted[0] ?? Number.NaN, max: sorted.at(-1) ?? Number.NaN };
}

export function formatSpread({ median, min, max }: Spread, digits: number): string {
  return `${median.toFixed(digits)} (${min.toFixed(digits)}..${max.toFixed(digits)})`;
}
