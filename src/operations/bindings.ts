import { accessBindings } from "../access/index.ts";
import { baselineBindings } from "../judgement/baseline/index.ts";
import { boundaryBindings } from "../proof/boundary/index.ts";
import { explainedGapBindings } from "../proof/gaps/index.ts";
import { findingBindings } from "../judgement/findings/index.ts";
import type { Binding } from "../record/evidence/index.ts";
import { retentionBindings } from "../record/retention/index.ts";
import { historyBindings } from "../record/history/index.ts";
import { sensorBindings, watchBindings } from "../watching/sensor-registry/index.ts";
import { timestampBindings } from "../record/timestamps/index.ts";
import { sweepBindings } from "../watching/sweeps/index.ts";
import { workerBindings } from "../watching/workers/index.ts";
import { scopeBinding } from "./signed-scope.ts";

/** Every table that entries of the log bind, for comparison with it. */
export const BINDINGS: readonly Binding[] = [
  scopeBinding,
  ...baselineBindings,
  ...sweepBindings,
  ...historyBindings,
  ...timestampBindings,
  ...findingBindings,
  ...accessBindings,
  ...workerBindings,
  ...sensorBindings,
  ...watchBindings,
  ...boundaryBindings,
  ...explainedGapBindings,
  ...retentionBindings,
];
