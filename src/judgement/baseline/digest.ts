import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import type { AuthorizedPort } from "../../model/index.ts";

/** SHA-256 (hex) of the RFC 8785 form of the authorized ports, in their order. Hashed one by one: they may be 100,000. */
export function baselineDigest(ports: readonly AuthorizedPort[]): string {
  const hash = createHash("sha256").update("[");
  for (const [index, port] of ports.entries()) hash.update(`${index === 0 ? "" : ","}${canonicalize(port) ?? ""}`);
  return hash.update("]").digest("hex");
}
