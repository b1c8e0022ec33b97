import type { Deviation } from "../../model/index.ts";
import { createAuthorizer } from "./authorize.ts";
import type { CompareInput } from "./compared.ts";
import { missingPorts } from "./expected.ts";
import { openPortDeviations } from "./open-ports.ts";
import { serviceDeviations } from "./service-deviations.ts";
import { silentAssets, undeclaredAssets } from "./silence.ts";

/**
 * Observation minus port baseline:
 *
 * - `unauthorized-open`: open, and nothing authorizes it
 * - `wrong-exposure`: open as seen from here, and authorized only as seen from other vantage points
 * - `authorization-expired`: open, and its only authorization has ended
 * - `expected-missing`: expected of a declared asset that answers, but open on none of its addresses
 * - `service-changed`: the port is authorized for one service, and another one was identified on it
 * - `insecure-service`: it sends everything in the clear, requires no password, or offers old or weak TLS
 * - `outdated-service`: its version is past its end of life
 * - `undeclared-asset`: a host answers where every asset should be declared; its ports are not reported separately
 * - `coverage-gap`: a declared asset was silent on all of its addresses; never from outside, where silence is intended
 *
 * Without a port baseline the first four do not occur. Each deviation has its own fingerprint.
 */
export function compare(input: CompareInput): Deviation[] {
  const { authorizedPorts, hosts } = input;
  const authorizer = authorizedPorts === undefined ? undefined : createAuthorizer(authorizedPorts, input);
  return [
    ...(authorizer === undefined ? [] : openPortDeviations(hosts, authorizer)),
    ...(authorizer === undefined ? [] : missingPorts(hosts, authorizer)),
    ...serviceDeviations(input, authorizer),
    ...undeclaredAssets(hosts),
    ...(input.viewpoint?.kind === "outside" ? [] : silentAssets(hosts, authorizer)),
  ];
}
