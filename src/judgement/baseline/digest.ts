import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import { atOnce, PIECE, type AuthorizedPort, type InPieces } from "../../model/index.ts";

/** SHA-256 (hex) of the RFC 8785 form of the authorized ports, in their order. */
export function baselineDigest(ports: readonly AuthorizedPort[]): string {
  return atOnce(digestInPieces(ports));
}

/** The same. Hashed one by one: they may be 100,000. */
export function* digestInPieces(ports: readonly AuthorizedPort[]): InPieces<string> {
  const hash = createHash("sha256").update("[");
  for (const [index, port] of ports.entries()) {
    if (index > 0 && index % PIECE === 0) yield;
    hash.update(`${index === 0 ? "" : ","}${canonicalize(port) ?? ""}`);
  }
  return hash.update("]").digest("hex");
}
