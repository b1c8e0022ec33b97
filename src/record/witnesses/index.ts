/** Witnesses: others who keep the size and root of this log, and cosign only what extends it. */
export { askWitness, type Asking, type Witnessing } from "./io/ask-witness.ts";
export {
  cosignaturesOf,
  keepCosignature,
  lastCosigned,
  verifyCosignatures,
  type Cosignature,
  type CosignaturesReport,
  type Witnessed,
} from "./io/cosignature-store.ts";
export { createGrowth } from "./io/growth.ts";
export { loadPolicy, readPolicyText } from "./io/policy-file.ts";
