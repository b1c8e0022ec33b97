import type { ProblemDetails } from "../contract/index.ts";
import { Fault, type FaultCode } from "../model/index.ts";
import { openFilesLimit, systemFault } from "../platform/machine/index.ts";

/** The only mapping from fault codes to HTTP statuses (RFC 9110). */
const STATUS: Readonly<Record<FaultCode, number>> = {
  "config-invalid": 400,
  "target-refused": 403,
  "not-found": 404,
  "store-unavailable": 503,
  "store-locked": 503,
  conflict: 409,
  outdated: 412,
  "evidence-broken": 500,
  unauthorized: 401,
  forbidden: 403,
  throttled: 429,
  misdirected: 421,
  "engine-unavailable": 501,
  "system-failed": 503,
  interrupted: 503,
};

const TITLE: Readonly<Record<FaultCode | "internal", string>> = {
  "config-invalid": "The request or the configuration is not valid",
  "target-refused": "The guard refused the target; nothing was sent",
  "not-found": "The record does not contain this",
  "store-unavailable": "The database is not available",
  "store-locked": "Another process holds the database",
  outdated: "The record has changed since",
  conflict: "This conflicts with the current record",
  "evidence-broken": "The evidence log does not verify",
  unauthorized: "Nobody is signed in, or the credentials are wrong",
  forbidden: "Your roles do not permit this",
  throttled: "Too many attempts",
  misdirected: "The request is not for this server",
  "engine-unavailable": "This machine cannot run the engine",
  "system-failed": "The operating system of this machine refused",
  interrupted: "The operation was stopped",
  internal: "Unexpected error",
};

/**
 * RFC 9457 problem details of anything that was thrown. An error that is not a {@link Fault} becomes `internal`. Its
 * message may hold details that a client must not see, so it is left out.
 */
export function problemOf(thrown: unknown, status?: number): ProblemDetails {
  const error = systemFault(thrown, openFilesLimit()) ?? thrown;
  if (error instanceof Fault) {
    return {
      type: `urn:portolan:fault:${error.code}`,
      title: TITLE[error.code],
      status: status ?? STATUS[error.code],
      detail: error.message,
      code: error.code,
      ...(error.place === undefined ? {} : { place: error.place }),
      next: error.next,
    };
  }
  return {
    type: "urn:portolan:fault:internal",
    title: TITLE.internal,
    status: 500,
    detail: "The server failed because of an internal error.",
    code: "internal",
    next: "Check the output of `portolan start` at this time, and report the error if it happens again.",
  };
}

/**
 * The inverse of {@link problemOf}: the fault that a client throws. An `internal` problem becomes an error, not a
 * fault.
 */
export function errorOfProblem(problem: ProblemDetails): Error {
  if (problem.code === "internal") return new Error(`${problem.detail} ${problem.next}`);
  return new Fault(problem.code, problem.detail, { next: problem.next, place: problem.place });
}
