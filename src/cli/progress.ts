import type { SweepProgress } from "../contract/index.ts";
import { count, type Clock, type Instant } from "../model/index.ts";
import { plain, widthOf } from "./screen/text.ts";
import { roughly } from "./screen/time.ts";
import type { Output } from "./surroundings.ts";

export interface ProgressDisplay {
  /** Shows how far each of the running sweeps is. */
  update(underWay: readonly SweepProgress[]): void;
  /** Prints a separate line that stays. */
  note(text: string): void;
  end(): void;
}

const REDRAW = 100;
const PLAIN_EVERY = 5_000;
const CLEAR_LINE = "\r\u001b[2K";

/** One line redrawn in place on a terminal; elsewhere a plain line every five seconds. */
export function createProgress(output: Output, clock: Clock): ProgressDisplay {
  let drawnAt: Instant | undefined;
  let onScreen = false;
  const clear = (): void => {
    if (onScreen) output.write(CLEAR_LINE);
    onScreen = false;
  };
  return {
    update(underWay) {
      const now = clock.now();
      const since = drawnAt === undefined ? Infinity : Math.abs(now - drawnAt);
      if (since < (output.isTerminal ? REDRAW : PLAIN_EVERY)) return;
      drawnAt = now;
      const line = progressText(underWay);
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

export function progressText(underWay: readonly SweepProgress[]): string {
  const scanning = underWay.filter(({ phase }) => phase === "scanning");
  const sum = (of: readonly SweepProgress[], what: "done" | "planned" | "open" | "rate"): number =>
    of.reduce((total, each) => total + each[what], 0);
  const found = `${count(sum(underWay, "open"))} open so far`;
  const [only] = underWay;
  const name = underWay.length === 1 && only !== undefined ? nameOf(only) : `${underWay.length} sweeps`;
  if (scanning.length === 0) {
    const asked = underWay.filter(({ phase }) => phase === "identifying");
    if (asked.length > 0) {
      return `${name}: identifying services, ${count(sum(asked, "done"))} of ${count(sum(asked, "planned"))}, ${found}`;
    }
    const confirming = underWay.some(({ phase }) => phase === "confirming");
    return `${name}: ${confirming ? "second probe of deviations" : "recording"}, ${found}`;
  }
  const done = sum(scanning, "done");
  const planned = sum(scanning, "planned");
  const rate = sum(scanning, "rate");
  // Rounded down: 100 % means all of it.
  const percent = planned === 0 ? 100 : Math.floor((done / planned) * 100);
  const left = rate > 0 ? `, ${roughly(((planned - done) / rate) * 1_000)} left` : "";
  return `${name}: ${percent} % of ${count(planned)}, ${count(Math.round(rate))}/s${left}, ${found}`;
}

function nameOf({ sweepId, resumedFrom, planned }: SweepProgress): string {
  if (resumedFrom === undefined) return `sweep ${sweepId}`;
  return `sweep ${sweepId} (resumed at ${Math.floor((resumedFrom / planned) * 100)} %)`;
}

function fitted(line: string, width: number): string {
  return widthOf(line) <= width ? line : line.slice(0, Math.max(0, width));
}
