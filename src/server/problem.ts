import type { ProblemDetails } from "../contract/index.ts";
import { Fault, type FaultCode } from "../model/index.ts";

/** The one place where a fault's code becomes an HTTP status (RFC 9110). */
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
  interrupted: 503,
};

const TITLE: Readonly<Record<FaultCode | "internal", string>> = {
  "config-invalid": "Something in the request or the configuration is wrong",
  "target-refused": "The guard refused the target; nothing was sent",
  "not-found": "The record does not hold this",
  "store-unavailable": "The database is not available",
  "store-locked": "Another process holds the database",
  outdated: "The record has changed since",
  conflict: "This does not fit the record as it is now",
  "evidence-broken": "The evidence log does not verify",
  unauthorized: "Nobody is signed in, or the credentials are wrong",
  forbidden: "This is not among what your roles may do",
  throttled: "Too many attempts: wait",
  misdirected: "The request is not for this server",
  "engine-unavailable": "This machine cannot run the engine",
  interrupted: "The work was stopped",
  internal: "Something went wrong that nobody foresaw",
};

/**
 * RFC 9457 problem details of anything that was thrown. What is no {@link Fault} is `internal`: its message may hold
 * what a client must not see, so it stays here.
 */
export function problemOf(error: unknown, status?: number): ProblemDetails {
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
    detail: "The server could not answer because of an error of its own.",
    code: "internal",
    next: "Look at what `portolan start` printed at this time, and report it if it happens again.",
  };
}

/** The inverse of {@link problemOf}: the fault a client raises. An `internal` problem is no fault, but an error. */
export function errorOfProblem(problem: ProblemDetails): Error {
  if (problem.code === "internal") return new Error(`${problem.detail} ${problem.next}`);
  return new Fault(problem.code, problem.detail, { next: problem.next, place: problem.place });
}
