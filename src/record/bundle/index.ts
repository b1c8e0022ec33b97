/** What an auditor takes away: a stretch of the log with everything that proves it, and answers from it. */
export type { AddressChange, BundleDocuments, VersionText } from "./documents.ts";
export type { PageSources } from "./page.ts";
export { tarMembers } from "./tar.ts";
export { boundsOf, type Bounds } from "./io/bounds.ts";
export { pageSources } from "./io/page-files.ts";
export { writeBundle, type BundleContent, type BundleSource } from "./io/write-bundle.ts";
