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
 * - `authorization-expired`: open, and only an authorization that has ended is for it
 * - `expected-missing`: expected of a declared asset, and no address of it has it open though the asset answers
 * - `service-changed`: what answers is known, and is another service than the port is authorized for
 * - `insecure-service`: it sends everything in the clear, asks nobody for a password, or speaks old or weak TLS
 * - `outdated-service`: its version is past its end of life
 * - `undeclared-asset`: something answers where every asset should be declared; its ports are not reported besides
 * - `coverage-gap`: a declared asset was silent on all of its addresses; seen from outside, that is as it should be
 *
 * Without a port baseline the first four cannot be. Each deviation has a fingerprint of its own.
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
