import { Readable } from "node:stream";
import { EXPORT_MEDIA, type Operations, type ServerOperations } from "../../src/contract/index.ts";
import { fakePeople } from "./people.ts";
import * as results from "./results.ts";

export interface RecordedCall {
  readonly operation: keyof Operations;
  readonly argument: unknown;
}

/** Operations that answer with the results of `results.ts` and note what they were asked; any of them replaceable. */
export function fakeOperations(
  replace: Partial<ServerOperations> = {},
): ServerOperations & { readonly calls: RecordedCall[] } {
  const calls: RecordedCall[] = [];
  const noted = <Result>(operation: keyof Operations, result: Result) => {
    return (argument?: unknown): Promise<Result> => {
      calls.push({ operation, argument });
      return Promise.resolve(result);
    };
  };
  return {
    calls,
    people: fakePeople(),
    status: noted("status", results.status),
    at: noted("at", results.at),
    exposure: noted("exposure", results.exposure),
    diff: noted("diff", results.diff),
    gaps: noted("gaps", results.gaps),
    findings: noted("findings", results.findings),
    exportFindings: (request) => {
      calls.push({ operation: "exportFindings", argument: request });
      const { extension } = EXPORT_MEDIA[request.format];
      return Promise.resolve({
        fileName: `portolan-findings-2026-03-14T090000Z.${extension}`,
        findings: results.findings.findings.length,
        open: results.findings.findings.filter(({ status }) => status !== "resolved").length,
        content: Readable.from([Buffer.from(results.exported[request.format])]),
      });
    },
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
    finding: noted("finding", results.finding),
    sweeps: noted("sweeps", results.sweeps),
    sweepRecord: noted("sweepRecord", results.sweepRecord),
    entries: noted("entries", results.entries),
    entry: noted("entry", results.entry),
    scopes: noted("scopes", results.scopes),
    scope: noted("scope", results.scope),
    resolved: noted("resolved", results.resolved),
    changes: ({ from = 4 }) => {
      const [opened] = results.entries.entries;
      const changes = opened === undefined || from > 3 ? [] : [{ ...opened, type: "finding-opened" as const }];
      return Promise.resolve({ size: 4, changes });
    },
    figures: () => Promise.resolve(results.figures),
    ready: () => Promise.resolve(),
    idempotency: fakeKeptAnswers(),
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

function fakeKeptAnswers(): ServerOperations["idempotency"] {
  const kept = new Map<string, { digest: string; answer?: string }>();
  return {
    begin({ key, digest }) {
      const before = kept.get(key);
      if (before === undefined) {
        kept.set(key, { digest });
        return Promise.resolve({ outcome: "fresh" });
      }
      if (before.digest !== digest) return Promise.resolve({ outcome: "other-request" });
      return Promise.resolve(
        before.answer === undefined ? { outcome: "running" } : { outcome: "answered", answer: before.answer },
      );
    },
    renew: () => Promise.resolve(),
    keep({ key }, answer) {
      const before = kept.get(key);
      if (before !== undefined) before.answer ??= answer;
      return Promise.resolve();
    },
    release({ key }) {
      if (kept.get(key)?.answer === undefined) kept.delete(key);
      return Promise.resolve();
    },
  };
}
