import { byEndpoint, compare, fingerprint, type CompareInput } from "../../judgement/baseline/index.ts";
import {
  endpointFromKey,
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

/** What a sweep is compared with: the authorized ports in force and the findings that its vantage point may see again. */
export interface Standing {
  readonly baseline: PortBaselineVersion | undefined;
  readonly findings: readonly Finding[];
  /** What it is compared with contradicts the evidence log, in a sentence: then nothing is decided by it. */
  readonly contradicted?: string | undefined;
}

/** The deviations in an outcome, those about a program once for each endpoint, and whether a finding about each is already open. */
export function deviationsIn(
  outcome: SweepOutcome,
  standing: Standing,
  { kind, vantage }: { readonly kind: SweepKind; readonly vantage: string },
  resolved: ResolvedScope,
  now: Instant,
  serviceOf: (endpoint: Endpoint) => ServiceIdentity | undefined = () => undefined,
): { input: CompareInput; deviations: Deviation[]; isActive: (deviation: Deviation) => boolean } {
  const active = new Map(standing.findings.filter(isOpen).map((finding) => [finding.fingerprint, finding]));
  const input: CompareInput = {
    now,
    vantage,
    viewpoint: resolved.viewpoint,
    authorizedPorts: standing.baseline?.authorizedPorts,
    baselineVersion: standing.baseline?.version,
    hosts: comparedHosts(outcome, resolved, serviceOf),
    inScope: (address) => resolved.boundary.has(address),
    lifecycle: shippedLifecycle(),
    standing: new Set(active.keys()),
  };
  return {
    input,
    // The silence of a few ports does not show that the host is silent.
    deviations: (standing.contradicted === undefined ? compare(input) : [])
      .filter((deviation) => (kind !== "requested" && kind !== "rolling") || deviation.kind !== "coverage-gap")
      .flatMap(byEndpoint),
    isActive: (deviation) => isKnown(deviation, active.get(fingerprint(deviation, vantage))),
  };
}

/** A program is known only where this vantage point has seen it: each endpoint has its own second probe. */
function isKnown({ subject }: Deviation, finding: Finding | undefined): boolean {
  if (finding === undefined) return false;
  if (subject.about !== "program" || finding.subject.about !== "program") return true;
  const known = new Set(finding.subject.endpoints.map(endpointFromKey));
  return subject.endpoints.every((each) => known.has(endpointFromKey(each)));
}
