import { Readable } from "node:stream";
import {
  DECLARED,
  EXPORT_MEDIA,
  type Operations,
  type OwnCalls,
  type ServerOperations,
} from "../../src/contract/index.ts";
import type { Principal } from "../../src/model/index.ts";
import * as results from "./results.ts";

export interface RecordedCall {
  /** `sweeps.list` */
  readonly operation: string;
  readonly argument: unknown;
  /** The user, if a server passed one on. */
  readonly by?: Principal;
}

/** Single operations of single subjects that replace the fake ones. */
export type Replaced = {
  readonly [Subject in keyof ServerOperations]?: Partial<ServerOperations[Subject]>;
};

/** Operations that answer with the example of their declaration and record their input. Each can be replaced. */
export function fakeOperations(replace: Replaced = {}): ServerOperations & { readonly calls: RecordedCall[] } {
  const calls: RecordedCall[] = [];
  const groups: Record<string, object> = {};
  for (const { subject, name, declaration } of DECLARED) {
    if (declaration.kind !== "call") continue;
    const answer = (argument?: unknown, by?: Principal): Promise<unknown> => {
      calls.push({ operation: `${subject}.${name}`, argument, ...(by === undefined ? {} : { by }) });
      return Promise.resolve(declaration.example.answer);
    };
    groups[subject] = { ...groups[subject], [name]: answer };
  }
  const own: OwnCalls & Omit<ServerOperations, keyof Operations> = { ...ownFakes(calls), ...fakeServerSide() };
  for (const from of [own, replace]) {
    for (const [subject, group] of Object.entries(from)) {
      groups[subject] = typeof group === "function" ? group : { ...groups[subject], ...group };
    }
  }
  return { ...(groups as unknown as ServerOperations), calls };
}

function ownFakes(calls: RecordedCall[]): OwnCalls {
  const note = (operation: string, argument: unknown): void => void calls.push({ operation, argument });
  return {
    findings: {
      all(filter) {
        note("findings.all", filter);
        return Promise.resolve(results.findings);
      },
      export(request) {
        note("findings.export", request);
        const { extension } = EXPORT_MEDIA[request.format];
        return Promise.resolve({
          fileName: `portolan-findings-2026-03-14T090000Z.${extension}`,
          findings: results.findings.findings.length,
          open: results.findings.findings.filter(({ status }) => status !== "resolved").length,
          content: Readable.from([Buffer.from(results.exported[request.format])]),
        });
      },
    },
    sweeps: {
      run(request) {
        note("sweeps.run", request);
        return Promise.resolve(results.sweep);
      },
    },
    imports: {
      async run(request, content) {
        const chunks: Uint8Array[] = [];
        for await (const chunk of content) chunks.push(chunk);
        note("imports.run", { ...request, content: Buffer.concat(chunks).toString() });
        return results.imported;
      },
    },
    baseline: {
      approve(request) {
        note("baseline.approve", request);
        return Promise.resolve(results.approval);
      },
    },
    evidence: {
      export(request) {
        note("evidence.export", request);
        return Promise.resolve({
          fileName: "portolan-evidence-20260301T0000Z-20260401T0000Z.tar",
          content: Readable.from([Buffer.from("a bundle")]),
        });
      },
    },
    backup: {
      async *make() {
        note("backup.make", undefined);
        yield await Promise.resolve(Buffer.from("a backup"));
      },
    },
  };
}

function fakeServerSide(): Omit<ServerOperations, keyof Operations> {
  return {
    changes: ({ from = 4 }) => {
      const [opened] = results.entries.entries;
      const changes = opened === undefined || from > 3 ? [] : [{ ...opened, type: "finding-opened" as const }];
      return Promise.resolve({ size: 4, changes });
    },
    figures: () => Promise.resolve(results.figures),
    ready: () => Promise.resolve(),
    idempotency: fakeKeptAnswers(),
  };
}

/** A sweep that reports progress, then runs until it is stopped, and ends as partial. */
export function endlessSweep(seen: { stopped: boolean } = { stopped: false }): Operations["sweeps"]["run"] {
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
