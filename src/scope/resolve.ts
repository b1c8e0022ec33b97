import type { Asset, Scope, SystemType, Target } from "../model/index.ts";
import { Fault } from "../model/index.ts";
import { quoted } from "../platform/documents/index.ts";
import { addressClass, addressesOfClass } from "./address-class.ts";
import { canonicalAddress } from "./address.ts";
import { addressSet, emptyAddressSet, unionOf, type AddressSet } from "./address-set.ts";
import { formatAddresses } from "./address-text.ts";
import { parseTarget, type TargetExpression } from "./target.ts";
import { viewpointsOf, type Viewpoint } from "./viewpoint.ts";

/** All addresses of a hostname, in any order. Rejects when it has none or nobody can say. */
export type Lookup = (hostname: string) => Promise<string[]>;

export interface ResolvedTarget {
  readonly target: Target;
  readonly addresses: AddressSet;
  readonly systemType: SystemType;
}

export interface ResolvedAsset {
  readonly asset: Asset;
  readonly addresses: AddressSet;
  readonly systemType: SystemType;
}

/** A scope with its hostnames and this machine turned into addresses, as they are at this moment. */
export interface ResolvedScope {
  readonly scope: Scope;
  readonly targets: readonly ResolvedTarget[];
  readonly assets: readonly ResolvedAsset[];
  /** The assets of the whole scope, whatever part of it a vantage point sweeps. */
  readonly declared: readonly ResolvedAsset[];
  readonly excluded: AddressSet;
  /** This machine's own addresses, loopback included, link-local left out. */
  readonly own: AddressSet;
  /**
   * The addresses that `this-machine` means in exclusions: this machine, and on a worker the installation's own as
   * well.
   */
  readonly thisMachine: AddressSet;
  /** The vantage point it is resolved for. */
  readonly viewpoint: Viewpoint;
  /** The address ranges that the targets declare, this machine included where declared, less what is excluded. */
  readonly boundary: AddressSet;
  /** The present addresses of each declared hostname. */
  readonly names: readonly DeclaredName[];
  /** Hostnames that do not resolve now, or not to addresses in the boundary. */
  readonly problems: readonly { readonly name: string; readonly problem: string }[];
  /** The record is of a simulated network, and this process has none to answer in place of the real one. */
  readonly synthetic?: boolean | undefined;
}

export interface DeclaredName {
  readonly name: string;
  /** Absent: it could not be resolved, which proves nothing. */
  readonly addresses?: AddressSet | undefined;
  /** Those of them that no target declares and no exclusion leaves out. */
  readonly undeclared: AddressSet;
}

const LOOKUPS_AT_ONCE = 16;

/**
 * Hostnames never widen the boundary: of what one resolves to, only the addresses count that the targets declare as
 * address ranges. All others are left out and reported in `problems`. As long as the same scope resolves to the same
 * addresses, the result is the same object.
 */
export async function resolveScope(
  scope: Scope,
  deps: {
    readonly lookup: Lookup;
    readonly ownAddresses: () => readonly string[];
    /** On a worker: the addresses of the machines that the scope was written for. They stay excluded where they are. */
    readonly installation?: readonly string[] | undefined;
  },
): Promise<ResolvedScope> {
  const here = { own: ownSet(deps.ownAddresses()), installation: deps.installation && ownSet(deps.installation) };
  const expressed = expressionsOf(scope);
  const found = await lookUpAll(hostnamesIn(expressed), deps.lookup);
  const key = JSON.stringify([
    here.own.ranges,
    here.installation?.ranges ?? null,
    found.map(({ name, outcome }) => [name, outcome.ok ? outcome.addresses.ranges : outcome.problem]),
  ]);
  const before = latest.get(scope);
  if (before?.key === key) return before.resolved;
  const resolved = resolveWith(scope, expressed, here, found);
  latest.set(scope, { key, resolved });
  return resolved;
}

/** The same scope is resolved every minute, as a rule to the same addresses. */
const latest = new WeakMap<Scope, { readonly key: string; readonly resolved: ResolvedScope }>();

function resolveWith(
  scope: Scope,
  { targets, assets }: Expressed,
  { own, installation }: { readonly own: AddressSet; readonly installation: AddressSet | undefined },
  found: readonly { readonly name: string; readonly outcome: LookupOutcome }[],
): ResolvedScope {
  const elsewhere = installation !== undefined;
  const thisMachine = own.union(installation ?? emptyAddressSet);
  const excluded = unionOf(
    scope.exclusions.flatMap(({ addresses }) => addresses.map((text) => literalSet(parseTarget(text), thisMachine))),
  );
  const declared = unionOf(
    targets.flatMap(({ expressions }) => expressions.map((expression) => literalSet(expression, own))),
  );
  const boundary = (elsewhere ? declared.subtract(addressesOfClass("loopback")) : declared).subtract(excluded);

  const resolved = new Map<string, AddressSet>();
  const problems: { name: string; problem: string }[] = [];
  const names: DeclaredName[] = [];
  for (const { name, outcome } of found) {
    if (!outcome.ok) {
      problems.push({ name, problem: outcome.problem });
      names.push({ name, undeclared: emptyAddressSet });
      continue;
    }
    const outside = outcome.addresses.subtract(boundary);
    names.push({ name, addresses: outcome.addresses, undeclared: outside.subtract(excluded) });
    if (outside.ranges.length > 0) problems.push({ name, problem: describeOutside(outside, excluded) });
    resolved.set(name, outcome.addresses.intersect(boundary));
  }

  const addressesOf = (expressions: readonly TargetExpression[]): AddressSet =>
    unionOf(
      expressions.map((expression) =>
        expression.kind === "hostname"
          ? (resolved.get(expression.name) ?? emptyAddressSet)
          : literalSet(expression, own),
      ),
    )
      .intersect(boundary)
      .subtract(excluded);
  const systemTypes = new Map(scope.systemTypes.map((systemType) => [systemType.name, systemType]));
  const declaredAssets = assets.map(({ asset, expressions }) => ({
    asset,
    addresses: addressesOf(expressions).intersect(boundary),
    systemType: systemTypeOf(asset, systemTypes),
  }));
  return {
    scope,
    targets: targets.map(({ target, expressions }) => ({
      target,
      addresses: addressesOf(expressions),
      systemType: systemTypeOf(target, systemTypes),
    })),
    assets: declaredAssets,
    declared: declaredAssets,
    excluded,
    own,
    thisMachine,
    viewpoint: viewpointsOf(scope)[0],
    boundary,
    names,
    problems,
  };
}

interface Expressed {
  readonly targets: readonly { readonly target: Target; readonly expressions: readonly TargetExpression[] }[];
  readonly assets: readonly { readonly asset: Asset; readonly expressions: readonly TargetExpression[] }[];
}

function expressionsOf(scope: Scope): Expressed {
  let expressed = expressedScopes.get(scope);
  if (expressed === undefined) {
    expressed = {
      targets: scope.targets.map((target) => ({ target, expressions: target.addresses.map(parseTarget) })),
      assets: scope.assets.map((asset) => ({ asset, expressions: asset.addresses.map(parseTarget) })),
    };
    expressedScopes.set(scope, expressed);
  }
  return expressed;
}

const expressedScopes = new WeakMap<Scope, Expressed>();

function hostnamesIn({ targets, assets }: Expressed): string[] {
  const names = [...targets, ...assets].flatMap(({ expressions }) =>
    expressions.flatMap((expression) => (expression.kind === "hostname" ? [expression.name] : [])),
  );
  return [...new Set(names)];
}

function describeOutside(outside: AddressSet, excluded: AddressSet): string {
  const undeclared = outside.subtract(excluded);
  return undeclared.ranges.length > 0
    ? `resolves to ${formatAddresses(undeclared, 5)}, which no target declares`
    : `resolves to ${formatAddresses(outside, 5)}, which is excluded`;
}

function systemTypeOf(named: Target | Asset, systemTypes: ReadonlyMap<string, SystemType>): SystemType {
  const systemType = systemTypes.get(named.systemType);
  if (systemType !== undefined) return systemType;
  throw new Fault(
    "config-invalid",
    `the scope has no system type ${quoted(named.systemType)}, which ${quoted(named.name)} asks for`,
    {
      next: "Declare it under systemTypes in portolan.yaml.",
    },
  );
}

/** The addresses of an expression without name resolution; empty for hostnames. */
export function literalSet(expression: TargetExpression, own: AddressSet): AddressSet {
  switch (expression.kind) {
    case "addresses":
      return expression.set;
    case "this-machine":
      return own;
    case "hostname":
      return emptyAddressSet;
    case "file":
      throw new Fault(
        "config-invalid",
        `${quoted(`file:${expression.path}`)} has to be read before the scope is resolved`,
        {
          next: "List the addresses themselves, or name the file in portolan.yaml.",
        },
      );
  }
}

function ownSet(interfaces: readonly string[]): AddressSet {
  const all = ["127.0.0.1", "::1", ...interfaces].flatMap((text) => canonicalAddress(text) ?? []);
  const usable = all.filter((address) => ["loopback", "private", "public"].includes(addressClass(address)));
  return addressSet(usable.map((address) => ({ first: address, last: address })));
}

export type LookupOutcome =
  { readonly ok: true; readonly addresses: AddressSet } | { readonly ok: false; readonly problem: string };

/**
 * A lookup whose answer is checked: text that is not an address is left out, and a result without addresses is a
 * problem.
 */
export async function lookUp(name: string, lookup: Lookup): Promise<LookupOutcome> {
  let texts: string[];
  try {
    texts = await lookup(name);
  } catch (error) {
    return {
      ok: false,
      problem:
        error instanceof Fault
          ? error.message
          : `does not resolve: ${quoted(error instanceof Error ? error.message : String(error), 120)}`,
    };
  }
  const found = texts.flatMap((text) => canonicalAddress(text.replace(/%.*$/, "")) ?? []);
  if (found.length === 0) return { ok: false, problem: "resolves to no address" };
  return { ok: true, addresses: addressSet(found.map((address) => ({ first: address, last: address }))) };
}

async function lookUpAll(
  names: readonly string[],
  lookup: Lookup,
): Promise<{ name: string; outcome: LookupOutcome }[]> {
  const results: { name: string; outcome: LookupOutcome }[] = [];
  const waiting = names.entries();
  const worker = async (): Promise<void> => {
    for (const [index, name] of waiting) results[index] = { name, outcome: await lookUp(name, lookup) };
  };
  await Promise.all(Array.from({ length: Math.min(LOOKUPS_AT_ONCE, names.length) }, worker));
  return results;
}
