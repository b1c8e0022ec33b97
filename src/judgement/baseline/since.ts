import type { AuthorizedPort, PortBaselineVersion } from "../../model/index.ts";
import { entryKey } from "./difference.ts";

/**
 * The version that brought each entry of the latest one: the first of the unbroken run of versions that contain it.
 *
 * @param versions latest first, at least one
 */
export function broughtBy<Version extends PortBaselineVersion>(
  versions: readonly [Version, ...Version[]],
): (port: AuthorizedPort) => Version {
  const keys = versions.map(({ authorizedPorts }) => new Set(authorizedPorts.map(entryKey)));
  return (port) => {
    const key = entryKey(port);
    const without = keys.findIndex((entries) => !entries.has(key));
    return versions[(without < 0 ? versions.length : without) - 1] ?? versions[0];
  };
}
