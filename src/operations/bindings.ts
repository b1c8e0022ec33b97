import { baselineBindings } from "../judgement/baseline/index.ts";
import { findingBindings } from "../judgement/findings/index.ts";
import { formatInstant } from "../model/index.ts";
import { binding, type Binding } from "../record/evidence/index.ts";
import { historyBindings } from "../record/history/index.ts";
import { everyScope, scopeDigest } from "../scope/index.ts";
import { sweepBindings } from "../watching/sweeps/index.ts";

const scopeBinding = binding({
  table: "scope_version",
  types: ["scope-recorded"],
  always: true,
  key: ["version"],
  columns: {
    digest: "digest",
    scope: "scope",
    name: "scope",
    recordedBy: "recorded_by",
    recordedAt: "recorded_at",
  },
  states: ({ at, data: { version, digest, name, recordedBy } }) => [
    { row: `scope ${version}`, fields: { digest, scope: digest, name, recordedBy, recordedAt: at } },
  ],
  async *rows(db) {
    for (const { version, digest, scope, recordedBy, recordedAt } of await everyScope(db)) {
      yield {
        row: `scope ${version}`,
        fields: {
          digest,
          scope: scopeDigest(scope),
          name: scope.name,
          recordedBy,
          recordedAt: formatInstant(recordedAt),
        },
      };
    }
  },
});

/** Every table that entries of the log bind, for comparison with it. */
export const BINDINGS: readonly Binding[] = [
  scopeBinding,
  ...baselineBindings,
  ...sweepBindings,
  ...historyBindings,
  ...findingBindings,
];
