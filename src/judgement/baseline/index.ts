/** Authorized ports: their file, their versions, and the deviations from them. */
export {
  createAuthorizer,
  isInForce,
  type Authorization,
  type Authorizer,
  type HostAuthorizations,
} from "./authorize.ts";
export { MANY_PORTS, type CompareInput, type ComparedHost, type PortOf } from "./compared.ts";
export { compare } from "./compare.ts";
export { authorizedOf, judge, type Verdict } from "./judge.ts";
export type { Settlement } from "./judge-program.ts";
export { byEndpoint } from "./outdated-programs.ts";
export { fingerprint } from "./fingerprint.ts";
export { baselineJsonSchema } from "./document-schema.ts";
export { isComplete, parseBaseline, parseInPieces } from "./parse-baseline.ts";
export { createReadCompleted, proposalName, readBaseline, type ReadBaseline } from "./read-baseline.ts";
export { formatBaseline } from "./format-baseline.ts";
export { baselineDigest, digestInPieces } from "./digest.ts";
export { propose, type OpenNow, type Proposal, type ProposalInput } from "./propose.ts";
export { SERVICE_KINDS } from "./service-problems.ts";
export { serviceName } from "./services.ts";
export { samePerson } from "./segregation.ts";
export { differenceOf } from "./difference.ts";
export { questionableEntries } from "./questionable.ts";
export { createSelects } from "./selects.ts";
export { broughtBy } from "./since.ts";
export { alsoBy, partiesJson } from "./also-by.ts";
export { shownApprover, typedBy } from "./approver.ts";
export { recordApproval } from "./io/approval-store.ts";
export {
  findProposal,
  latestProposals,
  proposalsOf,
  proposedDocument,
  recordDraft,
  recordProposal,
  type StoredProposal,
} from "./io/proposal-store.ts";
export {
  approve,
  approvedDocument,
  baselineInForce,
  readVersions,
  type Approval,
  type ApprovedBaseline,
} from "./io/baseline-store.ts";
export { baselineBindings } from "./io/bindings.ts";
export {
  baselineToDecideBy,
  checkedBaseline,
  versionToDecideOn,
  type CheckedBaseline,
} from "./io/baseline-to-decide-by.ts";
export { refuseChangedProposals } from "./io/refuse-changed-proposals.ts";
