import type { CellCode } from "../contract/index.ts";
import { createAuthorizer, type HostAuthorizations } from "../judgement/baseline/index.ts";
import type { AuthorizedPort, Instant } from "../model/index.ts";
import { assetIndex } from "../watching/sweeps/index.ts";
import type { Side } from "./exposure-axes.ts";

type Decision = Extract<CellCode, "a" | "n" | "e" | "w" | "p">;

/** The decisions of a port baseline about open ports of one address. */
export type DecideOn = (address: string) => Pick<HostAuthorizations, "of"> | undefined;

/**
 * The decisions of a port baseline as of an instant, as seen from one vantage point. Undefined where it decides nothing:
 * without a port baseline, outside the scope, and for imports, because what kind of place a file came from is not declared.
 */
export function createDecisions(
  authorizedPorts: readonly AuthorizedPort[] | undefined,
  { viewpoint, resolved }: Side,
  now: Instant,
): DecideOn {
  if (authorizedPorts === undefined || resolved === undefined || viewpoint.imported === true) return () => undefined;
  const authorizer = createAuthorizer(authorizedPorts, { now, vantage: viewpoint.name, viewpoint });
  const assetOf = assetIndex(resolved.assets);
  return (address) => {
    const target = resolved.targets.find(({ addresses }) => addresses.has(address))?.target;
    const asset = assetOf(address)?.asset;
    const traits = target ?? asset;
    return traits === undefined ? undefined : authorizer.on({ address, asset, target: traits });
  };
}

export function decisionCode(kind: ReturnType<HostAuthorizations["of"]>["kind"] | undefined): Decision {
  switch (kind) {
    case undefined:
      return "p";
    case "authorized":
      return "a";
    case "expired":
      return "e";
    case "elsewhere":
      return "w";
    case "none":
      return "n";
  }
}
