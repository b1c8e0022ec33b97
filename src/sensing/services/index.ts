/** The service on an open endpoint: protocol, product, version, TLS. */
export { identify, DEFAULT_IDENTIFYING, type Identification } from "./io/identify.ts";
export { identifyEach, type IdentifyEach } from "./io/identify-each.ts";
export { fingerprintEntries, shippedFingerprints } from "./io/fingerprint-files.ts";
export { describeEndOfLife, type EndOfLife, type Lifecycle } from "./lifecycle.ts";
export { shippedLifecycle } from "./io/lifecycle-file.ts";
