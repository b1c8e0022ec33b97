import { createHash } from "node:crypto";
import {
  portsOf,
  type AssetSubject,
  type Deviating,
  type Deviation,
  type Instant,
  type PortSubject,
  type ProgramSubject,
  type SensorSubject,
  type TargetSubject,
} from "../../model/index.ts";

/**
 * Stable identity of what deviates, as SHA-256 (hex) of the kind, the vantage point and the subject's identity:
 *
 * - an open port: its asset (on any of its addresses), or its address if it is undeclared; transport, port
 * - a host that answers on very many ports: address and transport
 * - `expected-missing`: asset, transport, first and last port
 * - `undeclared-asset`: address
 * - `coverage-gap`: asset; for a target that was not swept or a sensor that was silent, its name and the instant the gap
 *   began
 * - a program: its asset, or its address if it is undeclared; product and version. The vantage point does not count.
 *
 * A change of the owner, of the wording or of an asset's addresses does not make it a different deviation.
 */
export function fingerprint(deviation: Deviating & Pick<Deviation, "during">, vantage: string): string {
  const { kind, subject } = deviation;
  const seenFrom = subject.about === "program" ? null : vantage;
  const identity = [kind, seenFrom, ...subjectIdentity(deviation)];
  return createHash("sha256").update(JSON.stringify(identity)).digest("hex");
}

function subjectIdentity(deviation: Deviating & Pick<Deviation, "during">): unknown[] {
  switch (deviation.kind) {
    case "unauthorized-open":
    case "authorization-expired":
    case "wrong-exposure":
    case "service-changed":
    case "insecure-service": {
      const { subject } = deviation;
      return subject.about === "port"
        ? [...hostIdentity(subject), subject.transport, subject.port]
        : ["many ports", subject.address, subject.transport];
    }
    case "outdated-service": {
      const { subject } = deviation;
      return subject.about === "port"
        ? [...hostIdentity(subject), subject.transport, subject.port]
        : ["program", ...hostIdentity(subject), subject.product, subject.version];
    }
    case "expected-missing": {
      const { subject } = deviation;
      return ["asset", subject.asset, subject.transport, ...portsOf(subject)];
    }
    case "undeclared-asset":
      return ["address", deviation.subject.address];
    case "coverage-gap":
      return gapIdentity(deviation.subject, deviation.during?.from ?? null);
  }
}

function hostIdentity({ asset, address }: PortSubject | ProgramSubject): unknown[] {
  return asset === undefined ? ["address", address] : ["asset", asset];
}

function gapIdentity(subject: AssetSubject | TargetSubject | SensorSubject, from: Instant | null): unknown[] {
  switch (subject.about) {
    case "asset":
      return ["asset", subject.asset];
    case "target":
      return ["target", subject.target, from];
    case "sensor":
      return ["sensor", subject.sensor, from];
  }
}
