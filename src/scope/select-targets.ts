import { Fault, type Instant } from "../model/index.ts";
import { quoted } from "../platform/documents/index.ts";
import { neverTargets } from "./address-class.ts";
import { emptyAddressSet, unionOf, type AddressSet } from "./address-set.ts";
import { formatAddresses } from "./address-text.ts";
import { guard } from "./guard.ts";
import type { Refusal } from "./refusal.ts";
import { literalSet, lookUp, type Lookup, type ResolvedScope } from "./resolve.ts";
import { parseTarget, type TargetExpression } from "./target.ts";

export type Selected =
  | { readonly allowed: true; readonly selection: { readonly addresses: AddressSet } }
  | { readonly allowed: false; readonly refusals: readonly Refusal[] };

/**
 * The requested targets as addresses that the guard allows, or every reason for refusing them. A word is the name of an
 * asset or target, else an address, a range, this-machine or a hostname. No words: all targets. Excluded addresses
 * inside a larger request are left out; a request for nothing else is refused.
 *
 * @throws Fault `config-invalid` for a word that means nothing, or a hostname that does not resolve
 */
export async function selectTargets(
  texts: readonly string[],
  resolved: ResolvedScope,
  lookup: Lookup,
  now: Instant,
): Promise<Selected> {
  const refusals: Refusal[] = [];
  const chosen: AddressSet[] = [];
  if (texts.length === 0) chosen.push(...resolved.targets.map(({ addresses }) => addresses));
  for (const text of new Set(texts)) {
    const word = await readWord(text, resolved, lookup);
    refusals.push(...word.refusals);
    const included = word.addresses.subtract(resolved.excluded);
    // An excluded address that is requested by itself is refused by the guard, with the reason of the exclusion.
    const asked = included.ranges.length === 0 ? word.addresses : included;
    const answer = guard(asked, resolved, now);
    if (!answer.allowed)
      refusals.push(...answer.refusals.map((refusal) => ({ ...refusal, target: nameTarget(text, refusal.target) })));
    chosen.push(asked);
  }
  if (texts.length === 0) {
    const answer = guard(unionOf(chosen), resolved, now);
    if (!answer.allowed) refusals.push(...answer.refusals);
  }
  return refusals.length === 0
    ? { allowed: true, selection: { addresses: unionOf(chosen) } }
    : { allowed: false, refusals };
}

/** The address that was refused, and the word it came from where that says more. */
function nameTarget(word: string, address: string): string {
  const shown = quoted(word).slice(1, -1);
  return shown === address ? address : `${address} (${shown})`;
}

interface Word {
  readonly addresses: AddressSet;
  readonly refusals: readonly Refusal[];
}

async function readWord(text: string, resolved: ResolvedScope, lookup: Lookup): Promise<Word> {
  const named = [
    ...resolved.assets.filter(({ asset }) => asset.name === text).map(({ asset }) => asset.addresses),
    ...resolved.targets.filter(({ target }) => target.name === text).map(({ target }) => target.addresses),
  ].flat();
  if (named.length === 0) return readExpressions(text, [parseTarget(text)], resolved, lookup);
  return readExpressions(text, [...new Set(named)].map(parseTarget), resolved, lookup);
}

async function readExpressions(
  text: string,
  expressions: readonly TargetExpression[],
  resolved: ResolvedScope,
  lookup: Lookup,
): Promise<Word> {
  const sets: AddressSet[] = [];
  const refusals: Refusal[] = [];
  const unresolved: string[] = [];
  for (const expression of expressions) {
    if (expression.kind !== "hostname") {
      sets.push(literalSet(expression, resolved.own));
      continue;
    }
    const outcome = await lookUp(expression.name, lookup);
    if (!outcome.ok) {
      unresolved.push(`${quoted(expression.name)} ${outcome.problem}`);
      continue;
    }
    // The scope was resolved a moment ago; the present addresses of the name count.
    const outside = outcome.addresses.subtract(resolved.boundary).subtract(resolved.excluded);
    if (outside.ranges.length === 0) sets.push(outcome.addresses);
    else refusals.push(...refuseHostname(expression.name, outside, outcome.addresses.subtract(outside)));
  }
  const addresses = sets.length === 0 ? emptyAddressSet : unionOf(sets);
  if (addresses.ranges.length === 0 && refusals.length === 0) throw nothingFor(text, unresolved);
  return { addresses, refusals };
}

/** No scope can declare an address that is never a target: the remedy for one is to do without it. */
function refuseHostname(name: string, outside: AddressSet, inside: AddressSet): Refusal[] {
  const never = outside.intersect(neverTargets);
  const declarable = outside.subtract(never);
  const rest = inside.ranges.length === 0 ? "" : `, or name its other addresses instead: ${formatAddresses(inside, 5)}`;
  const refuse = (addresses: AddressSet, why: string, next: string): Refusal[] =>
    addresses.ranges.length === 0
      ? []
      : [
          {
            target: name,
            rule: "hostname-resolves-outside",
            reason: `it resolves to ${formatAddresses(addresses, 5)}, ${why}`,
            next,
          },
        ];
  return [
    ...refuse(
      never,
      "which is never a target, whatever the scope declares",
      `Remove that address from the name's DNS record or hosts file${rest}.`,
    ),
    ...refuse(
      declarable,
      "which no target in the scope declares as addresses",
      "Declare the addresses in a target of portolan.yaml if they belong to the boundary, or correct the name's DNS record.",
    ),
  ];
}

function nothingFor(text: string, unresolved: readonly string[]): Fault {
  const why = unresolved.length === 0 ? "" : `: ${unresolved.slice(0, 3).join(", ")}`;
  return new Fault("config-invalid", `there is no address to scan for ${quoted(text)}${why}`, {
    next: "Check the spelling against the names in portolan.yaml (portolan status lists the targets, portolan at now the assets) and that the hostname resolves on this machine.",
  });
}
