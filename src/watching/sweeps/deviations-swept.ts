import { compare, fingerprint, type CompareInput } from "../../judgement/baseline/index.ts";
import {
  isOpen,
  type Deviation,
  type Endpoint,
  type Finding,
  type Instant,
  type PortBaselineVersion,
  type ServiceIdentity,
  type SweepKind,
} from "../../model/index.ts";
import type { ResolvedScope } from "../../scope/index.ts";
import { shippedLifecycle } from "../../sensing/services/index.ts";
import { comparedHosts } from "./hosts.ts";
import type { SweepOutcome } from "./sweep-outcome.ts";

/** What a sweep is compared with: the authorized ports in force and the findings open at its vantage point. */
export interface Standing {
  readonly baseline: PortBaselineVersion | undefined;
  readonly findings: readonly Finding[];
}

/** The deviations in an outcome, and whether a finding about each is already open. */
export function deviationsIn(
  outcome: SweepOutcome,
  standing: Standing,
  { kind, vantage }: { readonly kind: SweepKind; readonly vantage: string },
  resolved: ResolvedScope,
  now: Instant,
  serviceOf: (endpoint: Endpoint) => ServiceIdentity | undefined = () => undefined,
): { input: CompareInput; deviations: Deviation[]; isActive: (deviation: Deviation) => boolean } {
  const input: CompareInput = {
    now,
    vantage,
    viewpoint: resolved.viewpoint,
    authorizedPorts: standing.baseline?.authorizedPorts,
    baselineVersion: standing.baseline?.version,
    hosts: comparedHosts(outcome, resolved, serviceOf),
    inScope: (address) => resolved.boundary.has(address),
    lifecycle: shippedLifecycle(),
  };
  const active = new Set(standing.findings.filter(isOpen).map((finding) => finding.fingerprint));
  return {
    input,
    // The silence of a few ports does not show that the host is silent.
    deviations: compare(input).filter(
      (deviation) => (kind !== "requested" && kind !== "rolling") || deviation.kind !== "coverage-gap",
    ),
    isActive: (deviation) => active.has(fingerprint(deviation, vantage)),
  };
}
