import { readFileSync } from "node:fs";
import { parsePolicy, type Policy } from "@portolan/verifier";
import { Fault } from "../../../model/index.ts";

/**
 * The policy in a file of C2SP tlog-policy.
 *
 * @throws Fault `config-invalid` with file and line
 */
export function loadPolicy(path: string): Policy {
  const reading = parsePolicy(readPolicyText(path));
  if (reading.outcome === "read") return reading.policy;
  throw new Fault("config-invalid", `${path}:${reading.line}: ${reading.problem}.`, {
    place: `${path}:${reading.line}`,
    next: "Correct the line. Lines are: witness NAME KEY URL, group NAME all|any|NUMBER NAME..., quorum NAME.",
  });
}

export function readPolicyText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    throw new Fault("config-invalid", `The policy of witnesses cannot be read (${code}).`, {
      place: path,
      next: "Correct evidence.policy in portolan.server.yaml, or the file's permissions.",
      cause: error,
    });
  }
}
