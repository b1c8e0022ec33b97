import { formatInstant, type ScopeVersion } from "../model/index.ts";

/** A version of the scope as answers state it. */
export function scopeView({ version, digest, scope, recordedAt, recordedBy }: ScopeVersion) {
  return {
    version,
    digest,
    name: scope.name,
    recordedAt: formatInstant(recordedAt),
    recordedBy,
    targets: scope.targets.length,
    assets: scope.assets.length,
  };
}
