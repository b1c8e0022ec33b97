import { count, type Clock, type Instant } from "../model/index.ts";
import type { Output } from "./surroundings.ts";

const AFTER = 1_000;
const REDRAW = 100;
const PLAIN_EVERY = 5_000;
const CLEAR_LINE = "\r\u001b[2K";

/**
 * Shows how far a reading of the whole log is, once it takes more than a second: one line redrawn in place on a
 * terminal, elsewhere a plain line every five seconds. The line goes with the last entry.
 */
export function createLogProgress(output: Output, clock: Clock): (done: number, total: number) => void {
  let began: Instant | undefined;
  let drawnAt: Instant | undefined;
  return (done, total) => {
    const now = clock.now();
    began ??= now;
    if (done >= total) {
      if (drawnAt !== undefined && output.isTerminal) output.write(CLEAR_LINE);
      began = drawnAt = undefined;
      return;
    }
    const since = now - (drawnAt ?? began);
    const wait = output.isTerminal ? (drawnAt === undefined ? AFTER : REDRAW) : PLAIN_EVERY;
    if (Math.abs(since) < wait) return;
    drawnAt = now;
    const line = `Reading the evidence log: ${count(done)} of ${count(total)} entries, ${Math.floor((done / total) * 100)} %`;
    output.write(output.isTerminal ? `${CLEAR_LINE}${line.slice(0, output.columns - 1)}` : `${line}\n`);
  };
}
