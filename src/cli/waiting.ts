import { count } from "../model/index.ts";
import type { Output, Surroundings } from "./surroundings.ts";

const SECOND = 1_000;
/** Between two lines where nothing can be redrawn. */
const PLAIN_EVERY = 5;
const CLEAR_LINE = "\r\u001b[2K";

type Shown = Pick<Surroundings, "stderr" | "clock">;

/** Where a line is shown already: work within that work shows no second one. */
const shown = new WeakSet<Output>();

/**
 * Shows how long work has been running, once it takes more than a second: one line redrawn in place on a terminal,
 * elsewhere a plain line every five seconds.
 */
export async function showWaiting<T>(around: Shown, what: string, work: Promise<T>): Promise<T> {
  const end = beginWaiting(around, what);
  try {
    return await work;
  } finally {
    end();
  }
}

/** Begins such a line, and returns what ends it. */
export function beginWaiting({ stderr, clock }: Shown, what: string): () => void {
  if (shown.has(stderr)) return () => undefined;
  shown.add(stderr);
  const began = clock.now();
  let onScreen = false;
  let lines = 0;
  const drawing = setInterval(() => {
    const seconds = Math.floor((clock.now() - began) / SECOND);
    const line = `${what}: ${count(seconds)} s`;
    if (stderr.isTerminal) {
      stderr.write(`${CLEAR_LINE}${line.slice(0, stderr.columns - 1)}`);
      onScreen = true;
    } else if (seconds >= (lines + 1) * PLAIN_EVERY) {
      stderr.write(`${line}\n`);
      lines = Math.floor(seconds / PLAIN_EVERY);
    }
  }, SECOND);
  return () => {
    clearInterval(drawing);
    shown.delete(stderr);
    if (onScreen) stderr.write(CLEAR_LINE);
  };
}
