/** Files of other scanners, read with the true scope of their scans. */
export type { ScanClaim } from "./claim.ts";
export type { ScanFormat } from "./detect.ts";
export type { ScanLeftOut } from "./gather.ts";
export { readScan, type ImportedScan } from "./read-scan.ts";
export { SCANNERS } from "./scan-reader.ts";
