/** The system boundary: declared in portolan.yaml, resolved to addresses, and guarded before a packet leaves. */
export { canonicalAddress, formatAddress, parseAddress, type ParsedAddress } from "./address.ts";
export { addressClass, addressesOfClass, neverTargets, type AddressClass } from "./address-class.ts";
export { addressIndex, type AddressIndex } from "./address-index.ts";
export { addressSet, emptyAddressSet, unionOf, type AddressRange, type AddressSet } from "./address-set.ts";
export { formatAddresses, formatRange } from "./address-text.ts";
export { parsePorts, portSet, type PortSet } from "./port-set.ts";
export type { PortRange } from "./port-text.ts";
export { parseTarget, type TargetExpression } from "./target.ts";
export { scopeJsonSchema } from "./config-schema.ts";
export { documentDigest, parseScope, scopeDigest } from "./parse-scope.ts";
export { listFilesOf } from "./list-files.ts";
export { resolveScope, type Lookup, type ResolvedAsset, type ResolvedScope, type ResolvedTarget } from "./resolve.ts";
export { seenFrom } from "./seen-from.ts";
export { isPartlyLocal, scopeElsewhere, viewpointsOf, type Viewpoint } from "./viewpoint.ts";
export { exclusionsOf, type ExcludedAddresses } from "./exclusions.ts";
export { guard, type GuardAnswer } from "./guard.ts";
export { recordedLookup } from "./recorded-lookup.ts";
export { refusalFault, type GuardRule, type Refusal } from "./refusal.ts";
export { selectTargets, type Selected } from "./select-targets.ts";
export { loadScope } from "./io/load-scope.ts";
export { fileDigest, readScopeDraft, readScopeFile, writeScopeFile } from "./io/scope-file.ts";
export { createDnsLookup } from "./io/dns-lookup.ts";
export { ownAddresses } from "./io/own-addresses.ts";
export {
  firstScopeAt,
  latestScope,
  pageOfScopes,
  recordScope,
  scopeDocument,
  scopeInForce,
  scopesDuring,
} from "./io/scope-store.ts";
export {
  assetAddressChanges,
  assetAddressesAt,
  assetAddressesUntil,
  lastAddressChange,
  recordAssetAddresses,
  settleAssetAddresses,
  type AssetAddresses,
} from "./io/asset-addresses.ts";
