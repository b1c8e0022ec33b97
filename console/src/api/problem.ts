import type { ProblemDetails } from "../../../src/contract/index.ts";

/** A refused or failed request: cause, place and next step, as the server states them. */
export class Problem extends Error {
  readonly status: number;
  readonly next: string;
  readonly place: string | undefined;
  readonly code: string;

  constructor(details: Pick<ProblemDetails, "detail" | "next"> & Partial<ProblemDetails>) {
    super(details.detail);
    this.name = "Problem";
    this.status = details.status ?? 0;
    this.next = details.next;
    this.place = details.place;
    this.code = details.code ?? "unreachable";
  }
}

/** The server did not respond at all. */
export function unreachable(): Problem {
  return new Problem({
    detail: "The server did not respond.",
    next: "Check that `portolan start` runs and that this machine reaches it. The page tries again by itself.",
  });
}

export async function problemOf(response: Response): Promise<Problem> {
  const given: unknown = await response.json().catch(() => undefined);
  if (isProblem(given)) return new Problem({ ...given, status: response.status });
  return new Problem({
    status: response.status,
    detail: `The server responded with status ${response.status}.`,
    next: "Try again. If it happens again, read what `portolan start` printed.",
  });
}

function isProblem(value: unknown): value is ProblemDetails {
  return typeof value === "object" && value !== null && "detail" in value && "next" in value;
}
