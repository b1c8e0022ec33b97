import type { Deviation } from "../model/index.ts";
import { createAuthorizer } from "./authorize.ts";
import type { CompareInput } from "./compared.ts";
import { missingPorts } from "./expected.ts";
import { openPortDeviations } from "./open-ports.ts";
import { silentAssets, undeclaredAssets } from "./silence.ts";

/**
 * Observation minus port baseline:
 *
 * - `unauthorized-open`: open, and nothing authorizes it from this vantage point
 * - `authorization-expired`: open, and only an authorization that has ended is for it
 * - `expected-missing`: expected of a declared asset, and no address of it has it open though the asset answers
 * - `undeclared-asset`: something answers where every asset should be declared; its ports are not reported besides
 * - `coverage-gap`: a declared asset was silent on all of its addresses
 *
 * Without a port baseline the first three cannot be. Each deviation has a fingerprint of its own.
 */
export function compare(input: CompareInput): Deviation[] {
  const { authorizedPorts, hosts } = input;
  const authorizer = authorizedPorts === undefined ? undefined : createAuthorizer(authorizedPorts, input);
  return [
    ...(authorizer === undefined ? [] : openPortDeviations(hosts, authorizer)),
    ...(authorizer === undefined ? [] : missingPorts(hosts, authorizer)),
    ...undeclaredAssets(hosts),
    ...silentAssets(hosts, authorizer),
  ];
}
