import type { SweepProgress } from "../contract/index.ts";
import type { Clock, Instant } from "../model/index.ts";
import { count } from "./screen/style.ts";
import { plain, widthOf } from "./screen/text.ts";
import { roughly } from "./screen/time.ts";
import type { Output } from "./surroundings.ts";

export interface ProgressDisplay {
  update(progress: SweepProgress): void;
  /** A line of its own, which stays. */
  note(text: string): void;
  end(): void;
}

const REDRAW = 100;
const PLAIN_EVERY = 5_000;
const CLEAR_LINE = "\r\u001b[2K";

/** One line that renews itself on a terminal; elsewhere a plain line every five seconds. */
export function createProgress(output: Output, clock: Clock): ProgressDisplay {
  let drawnAt: Instant | undefined;
  let onScreen = false;
  const clear = (): void => {
    if (onScreen) output.write(CLEAR_LINE);
    onScreen = false;
  };
  return {
    update(progress) {
      const now = clock.now();
      const since = drawnAt === undefined ? Infinity : Math.abs(now - drawnAt);
      if (since < (output.isTerminal ? REDRAW : PLAIN_EVERY)) return;
      drawnAt = now;
      const line = progressText(progress);
      if (!output.isTerminal) output.write(`${line}\n`);
      else {
        output.write(`${CLEAR_LINE}${fitted(line, output.columns - 1)}`);
        onScreen = true;
      }
    },
    note(text) {
      clear();
      output.write(`${plain(text)}\n`);
    },
    end: clear,
  };
}

export function progressText(progress: SweepProgress): string {
  const { done, planned, open, rate } = progress;
  const found = `${count(open)} open so far`;
  switch (progress.phase) {
    case "scanning": {
      // Rounded down: 100 % means all of it.
      const percent = planned === 0 ? 100 : Math.floor((done / planned) * 100);
      const left = rate > 0 ? `, ${roughly(((planned - done) / rate) * 1_000)} left` : "";
      return `sweep ${progress.sweepId}: ${percent} % of ${count(planned)}, ${count(Math.round(rate))}/s${left}, ${found}`;
    }
    case "confirming":
      return `sweep ${progress.sweepId}: probing what deviates a second time, ${found}`;
    case "recording":
      return `sweep ${progress.sweepId}: recording, ${found}`;
  }
}

function fitted(line: string, width: number): string {
  return widthOf(line) <= width ? line : line.slice(0, Math.max(0, width));
}
