import { judge, type CompareInput, type ComparedHost, type Settlement } from "../../judgement/baseline/index.ts";
import type { Gone } from "../../judgement/findings/index.ts";
import { addressesOf, isOpen, type Finding, type Instant, type SweepVerdict } from "../../model/index.ts";
import type { Plan } from "../../sensing/scanner/index.ts";
import type { SweepOutcome } from "./sweep-outcome.ts";

/** The coverage of a sweep, as far as a finding depends on it. */
interface Swept {
  readonly id: number;
  readonly kind: string;
  readonly targets: readonly string[];
}

/** The open findings that a sweep contradicts, each with what resolves it, a program with the endpoints that it left. */
export function goneAfter(
  standing: readonly Finding[],
  shown: {
    readonly sweep: Swept;
    readonly verdict: SweepVerdict;
    readonly outcome: Pick<SweepOutcome, "seenAt">;
    /** When its first probe was sent. */
    readonly began: Instant;
    readonly input: CompareInput;
  },
): Gone[] {
  const { sweep, verdict, outcome, began, input } = shown;
  const byPorts = (finding: Finding): string | undefined => {
    if (!wasSeenBefore(finding, outcome, began)) return undefined;
    const judgement = judge(finding, input);
    return judgement.verdict === "gone" ? judgement.resolution : undefined;
  };
  const onEndpoints = (finding: Finding): Settlement[] => {
    const judgement = judge(finding, input);
    if (judgement.verdict !== "settled") return [];
    return judgement.settled.filter(({ endpoint }) => endpoint.seenAt <= (outcome.seenAt(endpoint) ?? began));
  };
  return standing.flatMap((finding): Gone[] => {
    if (!isOpen(finding)) return [];
    if (finding.subject.about === "program") {
      const settled = onEndpoints(finding);
      return settled.length === 0 ? [] : [{ fingerprint: finding.fingerprint, settled }];
    }
    const resolution = sweptAgain(finding, sweep, verdict) ?? byPorts(finding);
    return resolution === undefined ? [] : [{ fingerprint: finding.fingerprint, resolution }];
  });
}

/** A missed window of a target ends with its next complete full sweep. */
export function sweptAgain({ kind, subject }: Finding, sweep: Swept, verdict: SweepVerdict): string | undefined {
  if (kind !== "coverage-gap" || subject.about !== "target") return undefined;
  if (sweep.kind !== "full" || verdict !== "complete" || !sweep.targets.includes(subject.target)) return undefined;
  return `swept again, completely, by sweep ${sweep.id}`;
}

/**
 * Whether the sweep's observation is later than the last one of the finding. During a long sweep another probe may have
 * seen the port open after this sweep had seen it closed.
 */
export function wasSeenBefore(
  { subject, lastSeenAt }: Finding,
  outcome: Pick<SweepOutcome, "seenAt">,
  began: Instant,
): boolean {
  switch (subject.about) {
    case "port": {
      const { transport, port } = subject;
      const looks = addressesOf(subject).map((address) => outcome.seenAt({ address, transport, port }) ?? began);
      return lastSeenAt <= (looks.length === 0 ? began : Math.min(...looks));
    }
    case "ports":
    case "program":
    case "address":
    case "asset":
    case "target":
    case "sensor":
      return lastSeenAt <= began;
  }
}

/** Whether a sweep covered what a finding is about. */
export function concerns({ subject }: Finding, sweep: Swept, plan: Plan, { hosts, vantage }: CompareInput): boolean {
  switch (subject.about) {
    case "port": {
      const { transport, port } = subject;
      return hosts.some((host) => isOn(host, subject) && plan.indexOf({ address: host.address, transport, port }) >= 0);
    }
    case "program":
      return subject.endpoints.some((each) => each.vantage === vantage && plan.indexOf(each) >= 0);
    case "ports":
    case "address":
      return hosts.some((host) => isOn(host, subject));
    case "asset":
      if (hosts.some((host) => isOn(host, subject))) return true;
      // An asset without an address cannot be probed anywhere; the finding states exactly that.
      return sweep.kind === "full" && (subject.target === undefined || sweep.targets.includes(subject.target));
    case "target":
      return sweep.targets.includes(subject.target);
    case "sensor":
      return false;
  }
}

function isOn(
  host: ComparedHost,
  of: { readonly asset?: string | undefined; readonly address?: string | undefined },
): boolean {
  return (
    (of.address === undefined || host.address === of.address) &&
    (of.asset === undefined || host.asset?.name === of.asset)
  );
}
