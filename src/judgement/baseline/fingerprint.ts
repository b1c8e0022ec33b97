import { createHash } from "node:crypto";
import type { Deviation } from "../../model/index.ts";

/**
 * Stable identity of what deviates, as SHA-256 (hex) of the kind, the vantage point and the subject's identity:
 *
 * - an open port: its asset (whatever addresses it answers on), or its address where nobody declared one; transport, port
 * - a host that answers on very many ports: address and transport
 * - `expected-missing`: asset, transport, first and last port
 * - `undeclared-asset`: address
 * - `coverage-gap`: asset; for a target that was not swept or a sensor that was silent, its name and the instant the gap
 *   began
 *
 * Owner, wording and the addresses of an asset may change without making it another deviation.
 */
export function fingerprint(deviation: Pick<Deviation, "kind" | "subject" | "during">, vantage: string): string {
  const identity = [deviation.kind, vantage, ...subjectIdentity(deviation)];
  return createHash("sha256").update(JSON.stringify(identity)).digest("hex");
}

function subjectIdentity({ kind, subject, during }: Pick<Deviation, "kind" | "subject" | "during">): unknown[] {
  const owner = subject.asset === undefined ? ["address", subject.address ?? null] : ["asset", subject.asset];
  switch (kind) {
    case "unauthorized-open":
    case "authorization-expired":
    case "wrong-exposure":
    case "service-changed":
    case "insecure-service":
    case "outdated-service":
      return subject.ports === undefined
        ? [...owner, subject.transport ?? null, subject.port ?? null]
        : ["many ports", subject.address ?? null, subject.transport ?? null];
    case "expected-missing": {
      const [first, last] = subject.ports ?? [subject.port ?? null, subject.port ?? null];
      return [...owner, subject.transport ?? null, first, last];
    }
    case "undeclared-asset":
      return ["address", subject.address ?? null];
    case "coverage-gap":
      if (subject.sensor !== undefined) return ["sensor", subject.sensor, during?.from ?? null];
      return subject.asset === undefined
        ? ["target", subject.target ?? null, during?.from ?? null]
        : ["asset", subject.asset];
  }
}
