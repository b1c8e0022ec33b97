import { problemSchema } from "../contract/index.ts";
import { Fault } from "../model/index.ts";
import { errorOfProblem } from "./problem.ts";

/** The fault behind an HTTP status other than success. */
export async function problemError(response: Response, url: string): Promise<Error> {
  let value: unknown;
  try {
    value = await response.json();
  } catch {
    value = undefined;
  }
  const problem = problemSchema.safeParse(value);
  if (problem.success) return errorOfProblem(problem.data);
  return new Fault(
    "store-unavailable",
    `Another program answers there, not a Portolan server (HTTP ${response.status}).`,
    {
      place: url,
      next: "Name the address of a Portolan server; or stop that program, and start Portolan in its place: portolan start.",
    },
  );
}

export function connectionFault(url: string, error: unknown): Fault {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const why =
    cause instanceof Error && "code" in cause
      ? String(cause.code)
      : cause instanceof Error
        ? cause.message
        : "unknown error";
  if (why === "CERT_HAS_EXPIRED" || why === "CERT_NOT_YET_VALID") {
    return new Fault("config-invalid", `The Portolan server's certificate is not valid now (${why}).`, {
      place: url,
      next: "Renew the certificate; the running server loads it without a restart.",
      cause: error,
    });
  }
  return new Fault("store-unavailable", `The Portolan server cannot be reached (${why}).`, {
    place: url,
    next: "Start it with `portolan start`. To work as the operator of this machine instead, without a server: portolan logout.",
    cause: error,
  });
}

export function versionFault(url: string, cause: unknown): Fault {
  return new Fault("conflict", "The running server sent a response that this version cannot read.", {
    place: url,
    next: "Restart the server, so that both run the same version.",
    cause,
  });
}
