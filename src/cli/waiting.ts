import { count } from "../model/index.ts";
import type { Surroundings } from "./surroundings.ts";

const SECOND = 1_000;
/** Between two lines where nothing can be redrawn. */
const PLAIN_EVERY = 5;
const CLEAR_LINE = "\r\u001b[2K";

/**
 * Shows how long work has been running, once it takes more than a second: one line redrawn in place on a terminal,
 * elsewhere a plain line every five seconds.
 */
export async function showWaiting<T>(
  { stderr, clock }: Pick<Surroundings, "stderr" | "clock">,
  what: string,
  work: Promise<T>,
): Promise<T> {
  const began = clock.now();
  let onScreen = false;
  let lines = 0;
  const draw = (): void => {
    const seconds = Math.floor((clock.now() - began) / SECOND);
    const line = `${what}: ${count(seconds)} s`;
    if (stderr.isTerminal) {
      stderr.write(`${CLEAR_LINE}${line.slice(0, stderr.columns - 1)}`);
      onScreen = true;
    } else if (seconds >= (lines + 1) * PLAIN_EVERY) {
      stderr.write(`${line}\n`);
      lines = Math.floor(seconds / PLAIN_EVERY);
    }
  };
  const drawing = setInterval(draw, SECOND);
  try {
    return await work;
  } finally {
    clearInterval(drawing);
    if (onScreen) stderr.write(CLEAR_LINE);
  }
}
