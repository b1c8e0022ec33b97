import type { z } from "zod";
import {
  approvalResult,
  atResult,
  baselineResult,
  checkpointResult,
  diffResult,
  findingsResult,
  gapsResult,
  importResult,
  invitationResult,
  proposalResult,
  revocationResult,
  sensorsResult,
  statusResult,
  stopResult,
  verifyResult,
  type Operations,
  type SweepBody,
} from "../contract/index.ts";
import { Fault, formatInstant } from "../model/index.ts";
import { connectionFault, problemError, versionFault } from "./answers.ts";
import { errorOfProblem } from "./problem.ts";
import { readSweepLines } from "./sweep-lines.ts";
import { createTransport } from "./transport.ts";

export interface RemoteConfig {
  /** Where the server listens, e.g. `http://127.0.0.1:4600`. */
  readonly url: string;
  readonly token: string;
  /** PEM of the certificate that the server has to have; absent: what the system trusts. */
  readonly certificate?: string | undefined;
  /** Milliseconds to wait for an answer; absent: as long as it takes. */
  readonly patience?: number | undefined;
}

type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The same operations, asked of a running server over its API. */
export function createRemote(config: RemoteConfig): Operations {
  const transport = createTransport(config.url, config.certificate);
  const request = async (
    method: string,
    path: string,
    body?: unknown,
    content?: AsyncIterable<Uint8Array>,
  ): Promise<Response> => {
    let response: Response;
    try {
      response = await transport(path, {
        method,
        signal: config.patience === undefined ? undefined : AbortSignal.timeout(config.patience),
        headers: {
          authorization: `Bearer ${config.token}`,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...(content === undefined ? {} : { "content-type": "application/octet-stream" }),
        },
        body: body === undefined ? content : JSON.stringify(body),
      });
    } catch (error) {
      throw connectionFault(config.url, error);
    }
    if (!response.ok) throw await problemError(response, config.url);
    return response;
  };

  const call = async <Result>(
    schema: z.ZodType<Result>,
    method: string,
    path: string,
    body?: unknown,
    content?: AsyncIterable<Uint8Array>,
  ): Promise<Result> => {
    const response = await request(method, path, body, content);
    let value: unknown;
    try {
      value = await response.json();
    } catch (error) {
      throw connectionFault(config.url, error);
    }
    const parsed = schema.safeParse(value);
    if (!parsed.success) throw versionFault(config.url, parsed.error);
    return parsed.data;
  };

  return {
    status: () => call(statusResult, "GET", "/api/v1/status"),
    at: ({ at, asset, vantage }) =>
      call(atResult, "GET", withQuery("/api/v1/at", { at: formatInstant(at), asset, vantage })),
    diff: ({ from, to, vantage }) =>
      call(diffResult, "GET", withQuery("/api/v1/diff", { from: formatInstant(from), to: formatInstant(to), vantage })),
    gaps: ({ from, to, asset, vantage }) =>
      call(
        gapsResult,
        "GET",
        withQuery("/api/v1/gaps", { from: formatInstant(from), to: formatInstant(to), asset, vantage }),
      ),
    findings: ({ status }) => call(findingsResult, "GET", withQuery("/api/v1/findings", { status })),
    importFile: (wanted, content) =>
      call(importResult, "POST", withQuery("/api/v1/imports", { ...wanted }), undefined, content),
    baseline: () => call(baselineResult, "GET", "/api/v1/baseline"),
    proposeBaseline: () => call(proposalResult, "POST", "/api/v1/baseline/proposals"),
    approveBaseline: (approval) => call(approvalResult, "POST", "/api/v1/baseline/approvals", approval),
    verifyEvidence: () => call(verifyResult, "GET", "/api/v1/evidence/verify"),
    checkpoint: () => call(checkpointResult, "POST", "/api/v1/evidence/checkpoints"),
    sensors: () => call(sensorsResult, "GET", "/api/v1/sensors"),
    inviteSensor: (wanted) => call(invitationResult, "POST", "/api/v1/sensors/invitations", wanted),
    revokeSensor: ({ name, ...why }) =>
      call(revocationResult, "POST", `/api/v1/sensors/${encodeURIComponent(name)}/revocation`, why),

    async *backup() {
      const response = await request("GET", "/api/v1/backup");
      if (response.body === null) return;
      try {
        yield* response.body;
      } catch (error) {
        throw connectionFault(config.url, error);
      }
    },

    async sweep(wanted, hooks) {
      hooks.signal?.throwIfAborted();
      const response = await request("POST", "/api/v1/sweeps", {
        ...wanted,
        targets: [...wanted.targets],
      } satisfies SweepBody);
      let run: string | undefined;
      let asked = false;
      // A stop is asked for beside the stream, which stays open and ends with what was recorded.
      const askToStop = (): void => {
        if (run === undefined || asked) return;
        asked = true;
        call(stopResult, "DELETE", `/api/v1/sweeps/${run}`).catch(() => {
          // It ended by itself in the meantime, or the server went away: the stream says which.
        });
      };
      hooks.signal?.addEventListener("abort", askToStop);
      try {
        for await (const line of readSweepLines(response, config.url)) {
          switch (line.kind) {
            case "accepted":
              run = line.run;
              if (hooks.signal?.aborted === true) askToStop();
              break;
            case "progress":
              hooks.onProgress?.(line.progress);
              break;
            case "result":
              return line.result;
            case "error":
              throw errorOfProblem(line.problem);
          }
        }
      } finally {
        hooks.signal?.removeEventListener("abort", askToStop);
      }
      throw new Fault("interrupted", "The server ended the connection before the sweep's result.", {
        place: config.url,
        next: "Run `portolan status`: the sweep is recorded as far as it came, or resumes at the next start.",
      });
    },
  };
}

function withQuery(path: string, query: Query): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const one of typeof value === "string" ? [value] : value) params.append(key, one);
  }
  return params.size === 0 ? path : `${path}?${params.toString()}`;
}
