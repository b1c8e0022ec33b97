import type { SweepLine, SweepProgress, SweepResult } from "../../../src/contract/index.ts";
import { open } from "./call.ts";
import { Problem } from "./problem.ts";

/**
 * Sweeps now and reports progress; aborting stops the sweep, which is then recorded as partial. The response is one JSON
 * document per line.
 */
export async function runSweep(
  targets: readonly string[],
  {
    onProgress,
    signal,
    ports,
  }: { onProgress: (progress: SweepProgress) => void; signal: AbortSignal; ports?: string | undefined },
): Promise<SweepResult> {
  const response = await open(
    "POST",
    "/api/v1/sweeps",
    { targets, engine: "auto", requestedBy: "console", ...(ports === undefined ? {} : { ports }) },
    { signal },
  );
  for await (const line of linesOf(response)) {
    switch (line.kind) {
      case "accepted":
        break;
      case "progress":
        onProgress(line.progress);
        break;
      case "result":
        return line.result;
      case "error":
        throw new Problem(line.problem);
    }
  }
  throw new Problem({
    detail: "The connection ended before the result of the sweep.",
    next: "Open the page Sweeps: the sweep is recorded up to where it got.",
  });
}

async function* linesOf({ body }: Response): AsyncGenerator<SweepLine> {
  if (body === null) return;
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (rest + value).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.trim() !== "") yield JSON.parse(line) as SweepLine;
  }
}
