import {
  addressesOf,
  onAddresses,
  type Deviating,
  type DeviationSubject,
  type Finding,
  type PortRange,
} from "../../model/index.ts";
import { onEndpoints } from "./program-life.ts";

/**
 * The current subject, with every address and port it was seen on since it was opened: the finding is not resolved
 * while one of them has merely fallen silent.
 */
export function remembering(before: DeviationSubject, now: Deviating): Deviating {
  const addresses = [...addressesOf(before), ...addressesOf(now.subject)];
  switch (now.kind) {
    case "unauthorized-open":
    case "authorization-expired":
    case "wrong-exposure": {
      const { kind, subject } = now;
      if (subject.about === "port") return { kind, subject: onAddresses(subject, addresses) };
      const ports = hull(before.about === "ports" ? before.ports : subject.ports, subject.ports);
      return { kind, subject: { ...subject, ports } };
    }
    case "service-changed":
    case "insecure-service":
      return { kind: now.kind, subject: onAddresses(now.subject, addresses) };
    case "outdated-service": {
      const { kind, subject } = now;
      if (subject.about === "port") return { kind, subject: onAddresses(subject, addresses) };
      const known = before.about === "program" ? before.endpoints : [];
      return { kind, subject: onEndpoints(subject, [...known, ...subject.endpoints]) };
    }
    case "expected-missing":
      return { kind: now.kind, subject: onAddresses(now.subject, addresses) };
    case "undeclared-asset":
      // The neighbours of this machine do not know its target's owner, and a sweep does not know its name.
      return { kind: now.kind, subject: { ...(before.about === "address" ? before : {}), ...now.subject } };
    case "coverage-gap": {
      const { kind, subject } = now;
      return { kind, subject: subject.about === "asset" ? onAddresses(subject, addresses) : subject };
    }
  }
}

/** The subject without the addresses that a decision authorizes. Undefined where nothing would change, or no address be left. */
export function withoutAddresses(deviating: Finding, authorized: readonly string[]): Deviating | undefined {
  const { kind, subject } = deviating;
  if (kind !== "unauthorized-open" && kind !== "authorization-expired" && kind !== "wrong-exposure") return undefined;
  if (subject.about !== "port") return undefined;
  const known = addressesOf(subject);
  const left = known.filter((address) => !authorized.includes(address));
  return left.length === 0 || left.length === known.length ? undefined : { kind, subject: onAddresses(subject, left) };
}

function hull(a: PortRange, b: PortRange): PortRange {
  return [Math.min(a[0], b[0]), Math.max(a[1], b[1])];
}
