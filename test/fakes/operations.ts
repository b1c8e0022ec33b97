import type { Operations } from "../../src/contract/index.ts";
import * as results from "./results.ts";

export interface RecordedCall {
  readonly operation: keyof Operations;
  readonly argument: unknown;
}

/** Operations that answer with the results of `results.ts` and note what they were asked; any of them replaceable. */
export function fakeOperations(replace: Partial<Operations> = {}): Operations & { readonly calls: RecordedCall[] } {
  const calls: RecordedCall[] = [];
  const noted = <Result>(operation: keyof Operations, result: Result) => {
    return (argument?: unknown): Promise<Result> => {
      calls.push({ operation, argument });
      return Promise.resolve(result);
    };
  };
  return {
    calls,
    status: noted("status", results.status),
    at: noted("at", results.at),
    diff: noted("diff", results.diff),
    gaps: noted("gaps", results.gaps),
    findings: noted("findings", results.findings),
    sweep: noted("sweep", results.sweep),
    importFile: async (request, content) => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of content) chunks.push(chunk);
      calls.push({ operation: "importFile", argument: { ...request, content: Buffer.concat(chunks).toString() } });
      return results.imported;
    },
    baseline: noted("baseline", results.baseline),
    proposeBaseline: noted("proposeBaseline", results.proposal),
    approveBaseline: noted("approveBaseline", results.approval),
    verifyEvidence: noted("verifyEvidence", results.verified),
    checkpoint: noted("checkpoint", results.checkpoint),
    async *backup() {
      calls.push({ operation: "backup", argument: undefined });
      yield await Promise.resolve(Buffer.from("a backup"));
    },
    sensors: noted("sensors", results.sensors),
    inviteSensor: noted("inviteSensor", results.invitation),
    revokeSensor: noted("revokeSensor", results.revocation),
    ...replace,
  };
}

/** A sweep that reports progress, then runs until it is asked to stop, and ends as a partial then. */
export function endlessSweep(seen: { stopped: boolean } = { stopped: false }): Operations["sweep"] {
  return (_request, hooks) =>
    new Promise((resolve) => {
      hooks.onProgress?.({ sweepId: 12, phase: "scanning", done: 1000, planned: 196_605, open: 1, rate: 500 });
      const end = (): void => {
        seen.stopped = true;
        const { sweep } = results.sweep;
        resolve({
          ...results.sweep,
          sweep: { ...sweep, verdict: "partial", reason: "stopped by request" },
          findings: [],
        });
      };
      if (hooks.signal?.aborted === true) end();
      else hooks.signal?.addEventListener("abort", end);
    });
}
