/** The fakes answer with the examples of the API document. */
export {
  approvalExample as approval,
  assetPortsExample as assetPorts,
  baselineExample as baseline,
  baselineHistoryExample as baselineHistory,
  proposalExample as proposal,
  proposalsExample as proposals,
  reviewExample as review,
  submissionExample as submission,
} from "../../src/contract/baseline/examples.ts";
export { configExample as configuration } from "../../src/contract/configuration.ts";
export { doctorExample as doctor } from "../../src/contract/doctor.ts";
export {
  checkpointExample as checkpoint,
  checkpointsExample as checkpoints,
  entriesExample as entries,
  verifiedExample as verified,
} from "../../src/contract/evidence/examples.ts";
export { exportedExample as exported } from "../../src/contract/exports.ts";
export * from "../../src/contract/findings/examples.ts";
export { figuresExample as figures } from "../../src/contract/health.ts";
export * from "../../src/contract/history/examples.ts";
export { importExample as imported } from "../../src/contract/imports.ts";
export {
  keyExample as key,
  keyMadeExample as keyMade,
  keyRevokedExample as keyRevoked,
  keysExample as keys,
} from "../../src/contract/keys.ts";
export * from "../../src/contract/sensors/examples.ts";
export { sessionRevokedExample as sessionRevoked, sessionsExample as sessions } from "../../src/contract/sessions.ts";
export { statusExample as status } from "../../src/contract/status.ts";
export * from "../../src/contract/sweeps/examples.ts";
export {
  linkExample as link,
  userChangeExample as userChange,
  userExample as user,
  usersExample as users,
} from "../../src/contract/users.ts";
