import { z } from "zod";
import { defineRoute, type OtherAnswer } from "./define-operation.ts";

/** Current figures for a monitoring system. */
export interface Figures {
  readonly sweeps: readonly { readonly kind: string; readonly verdict: string; readonly count: number }[];
  readonly looks: readonly { readonly vantage: string; readonly kind: string; readonly count: number }[];
  readonly endpoints: readonly { readonly vantage: string; readonly state: string; readonly count: number }[];
  readonly findings: readonly { readonly kind: string; readonly status: string; readonly count: number }[];
  readonly gaps: { readonly count: number; readonly seconds: number };
  readonly log: { readonly entries: number; readonly signed: number };
  readonly jobs: readonly { readonly state: string; readonly count: number }[];
  /** Duration of one trivial query, in seconds. */
  readonly databaseSeconds: number;
}

export const figuresExample: Figures = {
  sweeps: [{ kind: "full", verdict: "complete", count: 11 }],
  looks: [{ vantage: "inside", kind: "known", count: 960 }],
  endpoints: [{ vantage: "inside", state: "open", count: 4 }],
  findings: [{ kind: "unauthorized-open", status: "new", count: 1 }],
  gaps: { count: 1, seconds: 3_600 },
  log: { entries: 4, signed: 4 },
  jobs: [],
  databaseSeconds: 0.001,
};

/** One word without a reason: the details need a token. */
const word = (text: string, description: string): OtherAnswer => ({
  description,
  content: { "text/plain": z.literal(text) },
});

export const healthOperations = {
  live: defineRoute({
    id: "getHealth",
    method: "GET",
    path: "/healthz",
    tag: "server",
    summary: "Check that the process is alive",
    description: "No token is needed.",
    permission: "health:read",
    answersWith: word("ok", "the process is alive"),
    example: { answer: "ok" },
  }),
  ready: defineRoute({
    id: "getReadiness",
    method: "GET",
    path: "/readyz",
    tag: "server",
    summary:
      "Check that the server can work: the database responds, the head of the log is sound, and no published checkpoint contradicts it",
    description: "No token is needed.",
    permission: "health:read",
    answersWith: word("ready", "the server can work"),
    otherwise: { 503: word("not ready", "the server cannot work now") },
    example: { answer: "ready" },
  }),
  metrics: defineRoute({
    id: "getMetrics",
    method: "GET",
    path: "/metrics",
    tag: "server",
    summary: "Metrics in the Prometheus text format",
    permission: "metrics:read",
    answersWith: { description: "text format (exposition format 0.0.4)", content: { "text/plain": z.string() } },
    example: { answer: "portolan_log_entries 4\n" },
  }),
};
