import type { Output } from "./surroundings.ts";

const FIRST = 1_000;
const CLEAR_LINE = "\r\u001b[2K";

/**
 * Shows that a server is still at work, once a request takes more than a second: one line on a terminal, redrawn each
 * second. Elsewhere it writes nothing. Call it when a request is sent, and what it returns when the request has ended.
 */
export function createWaitingLine(output: Output): () => () => void {
  return () => {
    if (!output.isTerminal) return () => undefined;
    let seconds = 0;
    const timer = setInterval(() => {
      seconds += 1;
      output.write(`${CLEAR_LINE}${`Waiting for the server: ${seconds} s`.slice(0, output.columns - 1)}`);
    }, FIRST);
    timer.unref();
    return () => {
      clearInterval(timer);
      if (seconds > 0) output.write(CLEAR_LINE);
    };
  };
}
