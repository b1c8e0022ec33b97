import { sweepLine, type SweepLine } from "../contract/index.ts";
import { Fault } from "../model/index.ts";
import { versionFault } from "./answers.ts";

/**
 * Yields the lines of a running sweep as they arrive, until the stream ends or breaks off; a line that was cut off is left
 * out. Empty lines are the server's heartbeat.
 */
export async function* readSweepLines(response: Response, url: string): AsyncGenerator<SweepLine> {
  if (response.body === null) return;
  const decoder = new TextDecoder();
  // Pieces of one long line are joined once, when its end arrives.
  let pieces: string[] = [];
  try {
    for await (const chunk of response.body as AsyncIterable<Uint8Array<ArrayBuffer>>) {
      const [first = "", ...others] = decoder.decode(chunk, { stream: true }).split("\n");
      pieces.push(first);
      for (const next of others) {
        const line = pieces.join("");
        pieces = [next];
        if (line !== "") yield parseLine(line, url);
      }
    }
  } catch (error) {
    if (error instanceof Fault) throw error;
    // The server closed the connection midway, which each client reports in its own way.
  }
}

function parseLine(text: string, url: string): SweepLine {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw versionFault(url, error);
  }
  const line = sweepLine.safeParse(value);
  if (!line.success) throw versionFault(url, line.error);
  return line.data;
}
