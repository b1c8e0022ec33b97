import { PassThrough } from "node:stream";
import type { Operations, SweepLine, SweepRequest } from "../contract/index.ts";
import { jsonText } from "./json-text.ts";
import { problemOf } from "./problem.ts";
import type { ClaimedKey } from "./idempotency.ts";
import type { Run } from "./runs.ts";

/**
 * Milliseconds between empty lines, so that neither end mistakes a long phase without progress for a dead connection.
 */
const HEARTBEAT = 15_000;

export interface SweepStreamDeps {
  readonly operations: Pick<Operations, "sweeps">;
  readonly run: Run;
  /** The claimed idempotency key, under which the result is stored. */
  readonly idempotency?: ClaimedKey | undefined;
  readonly onUnexpected: (error: unknown) => void;
}

/**
 * Runs the sweep and writes its NDJSON lines: `accepted`, progress, then one `result` or `error`. If the reader
 * disconnects, the sweep stops and is recorded as partial.
 */
export function sweepStream(deps: SweepStreamDeps, request: SweepRequest): PassThrough {
  const stream = new PassThrough();
  const write = (line: SweepLine): void => {
    if (!stream.destroyed) stream.write(`${jsonText(line)}\n`);
  };
  const heartbeat = setInterval(() => {
    if (!stream.destroyed) stream.write("\n");
  }, HEARTBEAT);
  stream.on("close", () => deps.run.stop());
  stream.on("error", () => deps.run.stop());

  const perform = async (): Promise<void> => {
    write({ kind: "accepted", run: deps.run.id });
    try {
      const result = await deps.operations.sweeps.run(request, {
        signal: deps.run.signal,
        onProgress(progress) {
          deps.run.sweepId = progress.sweepId;
          // A slow reader misses progress, never the result.
          if (!stream.writableNeedDrain) write({ kind: "progress", progress });
        },
      });
      const line: SweepLine = { kind: "result", result };
      await deps.idempotency?.keep(`${jsonText(line)}\n`);
      write(line);
    } catch (error) {
      await deps.idempotency?.release().catch(deps.onUnexpected);
      const problem = problemOf(error);
      if (problem.code === "internal") deps.onUnexpected(error);
      write({ kind: "error", problem });
    } finally {
      clearInterval(heartbeat);
      deps.run.end();
      stream.end();
    }
  };
  void perform();
  return stream;
}
