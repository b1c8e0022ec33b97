import type { Scope, Target, VantageKind, VantagePoint } from "../model/index.ts";
import { addressesOfClass } from "./address-class.ts";
import { parseTarget, type TargetExpression } from "./target.ts";

/** A vantage point of a scope. */
export interface Viewpoint extends VantagePoint {
  /** Whether it is the installation's own vantage point. */
  readonly own: boolean;
}

/** All vantage points of a scope, the installation's own one first. */
export function viewpointsOf({ vantage, vantagePoints = [] }: Scope): readonly [Viewpoint, ...Viewpoint[]] {
  const declared = vantagePoints.find(({ name }) => name === vantage);
  const kind: VantageKind = "inside";
  return [
    { ...(declared ?? { name: vantage, kind }), own: true },
    ...vantagePoints.filter(({ name }) => name !== vantage).map((each): Viewpoint => ({ ...each, own: false })),
  ];
}

/**
 * The scope for a machine that is not the one it was written for. `this-machine` and loopback addresses mean that one:
 * on another machine they would mean a different host, so they are left out, and with them any target or asset that has
 * no other address.
 */
export function scopeElsewhere(scope: Scope): Scope {
  const rest = <T extends { readonly addresses: readonly string[] }>(all: readonly T[]): T[] =>
    all.flatMap((each) => {
      const addresses = each.addresses.filter((text) => !isOfOneMachine(parseTarget(text)));
      return addresses.length === 0 ? [] : [{ ...each, addresses }];
    });
  return { ...scope, targets: rest(scope.targets), assets: rest(scope.assets) };
}

/** Whether part of the target can be swept only from the installation's own machine. */
export function isPartlyLocal({ addresses }: Pick<Target, "addresses">): boolean {
  const loopback = addressesOfClass("loopback");
  return addresses.map(parseTarget).some((expression) => {
    if (expression.kind === "addresses") return expression.set.intersect(loopback).ranges.length > 0;
    return expression.kind === "this-machine";
  });
}

function isOfOneMachine(expression: TargetExpression): boolean {
  if (expression.kind !== "addresses") return expression.kind === "this-machine";
  return expression.set.subtract(addressesOfClass("loopback")).ranges.length === 0;
}
