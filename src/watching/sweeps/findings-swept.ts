import type { CompareInput, ComparedHost } from "../../judgement/baseline/index.ts";
import { addressesOf, type Finding, type Instant, type SweepVerdict } from "../../model/index.ts";
import type { Plan } from "../../sensing/scanner/index.ts";
import type { SweepOutcome } from "./sweep-outcome.ts";

/** What a sweep looked at, as far as a finding asks. */
interface Swept {
  readonly id: number;
  readonly kind: string;
  readonly targets: readonly string[];
}

/** A missed window of a target ends with its next complete full sweep. */
export function sweptAgain({ kind, subject }: Finding, sweep: Swept, verdict: SweepVerdict): string | undefined {
  if (kind !== "coverage-gap" || subject.about !== "target") return undefined;
  if (sweep.kind !== "full" || verdict !== "complete" || !sweep.targets.includes(subject.target)) return undefined;
  return `swept again, completely, by sweep ${sweep.id}`;
}

/**
 * Whether what this sweep saw is later than what the finding was last seen by: another look may have been under way
 * beside a long sweep, and have seen the port open after this one had seen it closed.
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
    case "address":
    case "asset":
    case "target":
    case "sensor":
      return lastSeenAt <= began;
  }
}

/** Whether a finding is about what a sweep looked at. */
export function concerns({ subject }: Finding, sweep: Swept, plan: Plan, { hosts }: CompareInput): boolean {
  switch (subject.about) {
    case "port": {
      const { transport, port } = subject;
      return hosts.some((host) => isOn(host, subject) && plan.indexOf({ address: host.address, transport, port }) >= 0);
    }
    case "ports":
    case "address":
      return hosts.some((host) => isOn(host, subject));
    case "asset":
      if (hosts.some((host) => isOn(host, subject))) return true;
      // An asset without an address is nowhere to be looked at; that is what the finding says.
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
