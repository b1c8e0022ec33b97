import { Fault } from "../model/index.ts";

/**
 * Why the guard refuses:
 *
 * - `synthetic-record`: the record is of a simulated network, and nothing real belongs into it
 * - `never-a-target`: multicast, broadcast, unspecified, reserved, IPv6 link-local
 * - `outside-scope`: no target declares it
 * - `excluded`: an exclusion names it
 * - `public-without-authorization`: a public address, and no authorization to scan it is in force
 * - `hostname-resolves-outside`: a hostname with an address that no target declares
 */
export type GuardRule =
  | "synthetic-record"
  | "never-a-target"
  | "outside-scope"
  | "excluded"
  | "public-without-authorization"
  | "hostname-resolves-outside";

export interface Refusal {
  /** The requested target: addresses, a range, a hostname. */
  readonly target: string;
  readonly rule: GuardRule;
  /** Why the rule applies, a clause without a full stop. */
  readonly reason: string;
  /** The next step for the person, a sentence. */
  readonly next: string;
}

const SHOWN = 5;

/** One fault for all refusals; names target and rule of the first five. */
export function refusalFault(refusals: readonly Refusal[]): Fault {
  const [first] = refusals;
  if (first === undefined) throw new Error("nothing is refused");
  const lines = refusals.slice(0, SHOWN).map(({ target, rule, reason }) => `${target} is refused (${rule}): ${reason}`);
  if (refusals.length > SHOWN) lines.push(`and ${refusals.length - SHOWN} more`);
  return new Fault("target-refused", lines.join("\n"), { next: first.next });
}
