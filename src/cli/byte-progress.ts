import type { Clock, Instant } from "../model/index.ts";
import type { Output } from "./surroundings.ts";

export interface ByteProgress {
  /** Passes the bytes on unchanged and counts them. */
  through(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array>;
  end(): void;
}

const REDRAW = 100;
const PLAIN_EVERY = 5_000;
const CLEAR_LINE = "\r\u001b[2K";

/** Progress over the bytes of a file: one line redrawn in place on a terminal, elsewhere a plain line every five seconds. */
export function createByteProgress(output: Output, clock: Clock, what: string, total?: number): ByteProgress {
  // Starts now, so that work that takes only a moment draws no line.
  let drawnAt: Instant = clock.now();
  let onScreen = false;
  let bytes = 0;
  const draw = (): void => {
    const now = clock.now();
    if (Math.abs(now - drawnAt) < (output.isTerminal ? REDRAW : PLAIN_EVERY)) return;
    drawnAt = now;
    const share = total === undefined || total === 0 ? "" : `, ${Math.floor((bytes / total) * 100)} %`;
    const line = `${what}: ${sizeText(bytes)}${total === undefined || total === 0 ? "" : ` of ${sizeText(total)}`}${share}`;
    output.write(output.isTerminal ? `${CLEAR_LINE}${line.slice(0, output.columns - 1)}` : `${line}\n`);
    onScreen = output.isTerminal;
  };
  return {
    async *through(content) {
      bytes = 0;
      for await (const chunk of content) {
        bytes += chunk.length;
        draw();
        yield chunk;
      }
    },
    end() {
      if (onScreen) output.write(CLEAR_LINE);
      onScreen = false;
    },
  };
}

/** In powers of 1,000, as disks are sold and `ls --si` counts. */
export function sizeText(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  for (; value >= 1_000 && unit < units.length - 1; unit += 1) value /= 1_000;
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit] ?? ""}`;
}
