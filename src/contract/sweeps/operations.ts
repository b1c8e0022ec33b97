import { z } from "zod";
import { defineOperation, defineRoute, defineSpecial, type RequestOf } from "../define-operation.ts";
import { idParams } from "../fields.ts";
import { sweep, sweepRecord, sweeps } from "./examples.ts";
import {
  stopParams,
  stopResult,
  sweepBody,
  sweepLine,
  sweepRecordResult,
  sweepResult,
  sweepsQuery,
  sweepsResult,
  type SweepResult,
} from "./schemas.ts";

/** The progress of a running sweep. */
export interface SweepProgress {
  readonly sweepId: number;
  readonly phase: "scanning" | "confirming" | "identifying" | "recording";
  /** Endpoints with a result so far, out of `planned`. */
  readonly done: number;
  readonly planned: number;
  readonly open: number;
  /** Endpoints per second over the last seconds. */
  readonly rate: number;
  readonly resumedFrom?: number | undefined;
}

export interface SweepHooks {
  readonly onProgress?: ((progress: SweepProgress) => void) | undefined;
  /** Aborting ends the sweep as a recorded `partial`. */
  readonly signal?: AbortSignal | undefined;
}

/** `targets` empty: the whole scope. */
export type SweepRequest = RequestOf<{ body: typeof sweepBody }>;

const run = "0b6e1d0a-5f0c-4f3e-8f52-3f0f0a4c6a11";

export const sweepOperations = {
  list: defineOperation({
    id: "listSweeps",
    method: "GET",
    path: "/api/v1/sweeps",
    tag: "sweeps",
    summary: "List recorded sweeps, the last started first",
    permission: "record:read",
    query: sweepsQuery,
    result: sweepsResult,
    example: { query: { kind: "full", limit: "20" }, answer: sweeps },
  }),
  get: defineOperation({
    id: "getSweep",
    method: "GET",
    path: "/api/v1/sweeps/:id",
    tag: "sweeps",
    summary: "Get a recorded sweep, with the plan to repeat it",
    permission: "record:read",
    params: idParams,
    result: sweepRecordResult,
    problems: [404],
    version: ({ sweep: { id, verdict } }) => `sweep-${id}-${verdict ?? "running"}`,
    example: { path: { id: "12" }, answer: sweepRecord },
  }),
  run: defineSpecial<(request: SweepRequest, hooks: SweepHooks) => Promise<SweepResult>>()({
    id: "runSweep",
    method: "POST",
    path: "/api/v1/sweeps",
    tag: "sweeps",
    summary: "Sweep now",
    description: "The sweep stops if the connection closes or the session or key ends. It is then recorded as partial.",
    permission: "sweep:run",
    body: sweepBody,
    idempotent: true,
    result: sweepResult,
    answersWith: {
      description: "one JSON document per line; ignore empty lines",
      content: { "application/x-ndjson": sweepLine },
    },
    problems: [409, 413, 415, 422],
    example: {
      body: { targets: ["dmz"], engine: "auto", requestedBy: "jane" },
      answer: { kind: "result", result: sweep },
    },
  }),
  stop: defineRoute({
    id: "stopSweep",
    method: "DELETE",
    path: "/api/v1/sweeps/:id",
    tag: "sweeps",
    summary: "Stop a sweep that was started over the API",
    description: "Its stream ends with the recorded partial result.",
    permission: "sweep:run",
    params: stopParams,
    query: z.looseObject({}),
    result: stopResult,
    status: 202,
    problems: [404],
    example: { path: { id: run }, answer: { schema: "portolan.sweep-stop/1", run } },
  }),
};

export type SweepsFilter = Omit<RequestOf<(typeof sweepOperations)["list"]>, "after" | "limit">;
