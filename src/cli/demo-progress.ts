import { formatInstant, type Clock, type Instant } from "../model/index.ts";
import type { Output } from "./surroundings.ts";

const REDRAW = 100;
const PLAIN_EVERY = 5_000;
const CLEAR_LINE = "\r\u001b[2K";

/** How far the story of a demo is: one line redrawn in place on a terminal, elsewhere a plain line every five seconds. */
export function createDemoProgress(
  output: Output,
  clock: Clock,
): { update(share: number, at: Instant): void; end(): void } {
  let drawnAt: Instant | undefined;
  let onScreen = false;
  return {
    update(share, at) {
      const now = clock.now();
      if (drawnAt !== undefined && now - drawnAt < (output.isTerminal ? REDRAW : PLAIN_EVERY)) return;
      drawnAt = now;
      const line = `Simulating: ${formatInstant(at).slice(0, 10)}, ${Math.floor(share * 100)} %`;
      output.write(output.isTerminal ? `${CLEAR_LINE}${line}` : `${line}\n`);
      onScreen = output.isTerminal;
    },
    end() {
      if (onScreen) output.write(CLEAR_LINE);
      onScreen = false;
    },
  };
}
