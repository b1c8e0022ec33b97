import { formatInstant, type Instant, type ScanAuthorization } from "../model/index.ts";
import { printable, quoted } from "../platform/documents/index.ts";
import { addressesOfClass, neverTargets, NEVER_TARGETS } from "./address-class.ts";
import { emptyAddressSet, unionOf, type AddressSet } from "./address-set.ts";
import { formatRange } from "./address-text.ts";
import { exclusionsOf } from "./exclusions.ts";
import type { Refusal } from "./refusal.ts";
import type { ResolvedScope } from "./resolve.ts";
import { parseTarget } from "./target.ts";

export type GuardAnswer =
  { readonly allowed: true } | { readonly allowed: false; readonly refusals: readonly Refusal[] };

/**
 * Decides whether every address of a request may be probed now. Called before a packet leaves, for exactly the
 * addresses that would be probed. A synthetic record allows none. Else the first rule that applies to an address refuses
 * it:
 *
 * 1. multicast, broadcast, unspecified, reserved and IPv6 link-local addresses: never
 * 2. excluded: no
 * 3. not in the boundary: no, loopback and private addresses too
 * 4. public and not this machine's own: only with an authorization in force at `now`
 *
 * Works on ranges: time and memory grow with the ranges of request, scope and authorizations, never with addresses.
 */
export function guard(request: AddressSet, resolved: ResolvedScope, now: Instant): GuardAnswer {
  if (resolved.synthetic === true) return { allowed: false, refusals: refuseSynthetic(request) };
  const possible = request.subtract(neverTargets);
  const included = possible.subtract(resolved.excluded);
  const inside = included.intersect(resolved.boundary);
  const refusals = [
    ...refuseNever(request),
    ...refuseExcluded(possible.intersect(resolved.excluded), resolved),
    ...refuseOutside(included.subtract(resolved.boundary)),
    ...refuseUnauthorized(
      inside.intersect(addressesOfClass("public")).subtract(resolved.own),
      resolved.scope.authorizations,
      now,
    ),
  ];
  return refusals.length === 0 ? { allowed: true } : { allowed: false, refusals };
}

function refuseSynthetic(request: AddressSet): Refusal[] {
  return refuse(
    request,
    "synthetic-record",
    "this record is synthetic, and a simulated network answered everything in it",
    "Monitor your own network from another folder: portolan start.",
  );
}

function refuseNever(request: AddressSet): Refusal[] {
  return NEVER_TARGETS.flatMap(({ addresses, reason }) =>
    refuse(
      request.intersect(addresses),
      "never-a-target",
      `it is ${reason}`,
      "Leave it out: no scope and no authorization can allow it.",
    ),
  );
}

function refuseOutside(addresses: AddressSet): Refusal[] {
  return refuse(
    addresses,
    "outside-scope",
    "no target in the scope declares it",
    "Add it to the targets in portolan.yaml if it belongs to the boundary, or choose a target inside it.",
  );
}

function refuseExcluded(addresses: AddressSet, resolved: ResolvedScope): Refusal[] {
  const refusals: Refusal[] = [];
  let rest = addresses;
  if (rest.ranges.length === 0) return refusals;
  for (const { addresses: covered, reason } of exclusionsOf(resolved)) {
    refusals.push(
      ...refuse(
        rest.intersect(covered),
        "excluded",
        `it is excluded: ${printable(reason, 200)}`,
        "Leave it out, or remove the exclusion from portolan.yaml.",
      ),
    );
    rest = rest.subtract(covered);
  }
  return refusals;
}

/** `addresses` are public, in the boundary and not this machine's own. */
function refuseUnauthorized(
  addresses: AddressSet,
  authorizations: readonly ScanAuthorization[],
  now: Instant,
): Refusal[] {
  if (addresses.ranges.length === 0) return [];
  const read = authorizations.map((authorization) => ({ authorization, covered: coveredBy(authorization) }));
  let rest = addresses.subtract(
    unionOf(read.filter(({ authorization }) => isInForce(authorization, now)).map(({ covered }) => covered)),
  );

  const refusals: Refusal[] = [];
  const next =
    "Record an authorization in force (reference, grantedBy, from, until, addresses) under authorizations in portolan.yaml.";
  // The authorization that ended last and the one that begins next explain best why none is in force.
  const others = read
    .filter(({ authorization }) => !isInForce(authorization, now))
    .toSorted((a, b) => nearness(a.authorization, now) - nearness(b.authorization, now));
  for (const { authorization, covered } of others) {
    if (rest.ranges.length === 0) break;
    const who = `authorization ${quoted(authorization.reference)} granted by ${quoted(authorization.grantedBy)}`;
    const when =
      authorization.until <= now
        ? `ended at ${formatInstant(authorization.until)}`
        : `begins only at ${formatInstant(authorization.from)}`;
    refusals.push(
      ...refuse(
        rest.intersect(covered),
        "public-without-authorization",
        `it is a public address, and ${who} ${when}`,
        next,
      ),
    );
    rest = rest.subtract(covered);
  }
  refusals.push(
    ...refuse(
      rest,
      "public-without-authorization",
      "it is a public address, and no authorization to scan it is recorded",
      next,
    ),
  );
  return refusals;
}

function coveredBy({ addresses }: ScanAuthorization): AddressSet {
  return unionOf(
    addresses.map((text) => {
      const expression = parseTarget(text);
      if (expression.kind === "addresses") return expression.set;
      // A permission names addresses: nobody agreed to whatever a name resolves to tomorrow.
      return emptyAddressSet;
    }),
  );
}

function isInForce({ from, until }: ScanAuthorization, now: Instant): boolean {
  return from <= now && now < until;
}

function nearness({ from, until }: ScanAuthorization, now: Instant): number {
  return until <= now ? now - until : from - now;
}

function refuse(addresses: AddressSet, rule: Refusal["rule"], reason: string, next: string): Refusal[] {
  return addresses.ranges.map((range) => ({ target: formatRange(range), rule, reason, next }));
}
