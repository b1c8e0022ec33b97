import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import type { AuthorizedPort } from "../../model/index.ts";

/** SHA-256 (hex) of the RFC 8785 form of the authorized ports, in their order. */
export function baselineDigest(ports: readonly AuthorizedPort[]): string {
  return createHash("sha256")
    .update(canonicalize(ports) ?? "")
    .digest("hex");
}
