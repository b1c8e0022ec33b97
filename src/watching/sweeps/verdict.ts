import type { Recall, SweepVerdict } from "../../model/index.ts";
import type { ScanReport } from "../../sensing/scanner/index.ts";
import { isTrusted } from "./recall.ts";
import type { SweepOutcome } from "./sweep-outcome.ts";

/** How a sweep ended, and why it is not complete. */
export function verdictOf(
  { counts }: Pick<SweepOutcome, "counts">,
  recall: Recall | undefined,
  probed: boolean,
  signal: AbortSignal | undefined,
  report: ScanReport | undefined,
): { verdict: SweepVerdict; reason: string | undefined } {
  const missing = counts["not-scanned"];
  const planned = Object.values(counts).reduce((sum, each) => sum + each, 0);
  const why = missing === 0 ? undefined : whyMissing(missing, planned, probed, signal, report);
  if (recall !== undefined && !isTrusted(recall)) {
    const missed = `its first probe missed ${recall.canaries - recall.found} of ${recall.canaries} endpoints that were open`;
    return { verdict: "untrusted", reason: why === undefined ? missed : `${missed}; ${why}` };
  }
  return { verdict: missing === 0 ? "complete" : "partial", reason: why };
}

function whyMissing(
  missing: number,
  planned: number,
  probed: boolean,
  signal: AbortSignal | undefined,
  report: ScanReport | undefined,
): string {
  const share = `${missing} of ${planned} endpoints were not probed`;
  if (!probed) return `${share}: the process ended before the sweep did`;
  if (signal?.aborted === true) return `${share}: ${stopReason(signal)}`;
  const errors = Object.entries(report?.errors ?? {}).map(([code, count]) => `${code} × ${count}`);
  return errors.length === 0 ? share : `${share}: ${errors.join(", ")}`;
}

function stopReason(signal: AbortSignal): string {
  return signal.reason instanceof Error && signal.reason.name !== "AbortError"
    ? signal.reason.message
    : "it was stopped";
}
