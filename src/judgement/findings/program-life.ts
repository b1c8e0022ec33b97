import type { Settlement } from "../baseline/index.ts";
import {
  endpointFromKey,
  programSubject,
  type Deviating,
  type Deviation,
  type Finding,
  type Instant,
  type ProgramSubject,
  type SeenEndpoint,
} from "../../model/index.ts";

/** Of what settles endpoints of a program, the part that is not older than the last sighting of the endpoint. */
export function settledNow(
  { subject }: Finding,
  ending: { readonly settled?: readonly Settlement[] } | undefined,
  at: Instant,
): readonly Settlement[] {
  if (subject.about !== "program" || ending?.settled === undefined) return [];
  const lastSeen = new Map(subject.endpoints.map((each) => [endpointFromKey(each), each.seenAt]));
  return ending.settled.filter(({ endpoint }) => (lastSeen.get(endpointFromKey(endpoint)) ?? Infinity) <= at);
}

/** The endpoints of a program that are not settled; none for anything else. */
export function remaining({ subject }: Finding, settled: readonly Settlement[]): readonly SeenEndpoint[] {
  if (subject.about !== "program") return [];
  const gone = new Set(settled.map(({ endpoint }) => endpointFromKey(endpoint)));
  return subject.endpoints.filter((each) => !gone.has(endpointFromKey(each)));
}

/** Two sightings of the same deviation as one. */
export function together(a: Deviation, b: Deviation): Deviation {
  if (a.kind !== "outdated-service" || a.subject.about !== "program" || b.subject.about !== "program") return a;
  const subject = onEndpoints(a.subject, [...a.subject.endpoints, ...b.subject.endpoints]);
  return { ...a, subject, endpoints: [...a.endpoints, ...b.endpoints] };
}

/** A program as seen at `at` on each of its endpoints; anything else as it is. */
export function seenAt(deviating: Deviating, at: Instant): Deviating {
  if (deviating.kind !== "outdated-service" || deviating.subject.about !== "program") return deviating;
  const { kind, subject } = deviating;
  return {
    kind,
    subject: onEndpoints(
      subject,
      subject.endpoints.map((each) => ({ ...each, seenAt: at })),
    ),
  };
}

/** The same program with these endpoints; of two sightings of one endpoint the later counts. */
export function onEndpoints(subject: ProgramSubject, endpoints: readonly SeenEndpoint[]): ProgramSubject {
  const { asset, target, owner, product, version } = subject;
  const oldestFirst = endpoints.toSorted((a, b) => a.seenAt - b.seenAt);
  return programSubject({ asset, target, owner, product, version, endpoints: oldestFirst });
}

/** The finding without the endpoints that are settled; as it is if none would be left. */
export function withoutSettled(finding: Finding, settled: readonly Settlement[]): Finding {
  const { kind, subject } = finding;
  if (kind !== "outdated-service" || subject.about !== "program") return finding;
  const left = remaining(finding, settled);
  return left.length === 0 ? finding : { ...finding, kind, subject: onEndpoints(subject, left) };
}
