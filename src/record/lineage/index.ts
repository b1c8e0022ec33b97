/** Which record a database holds, and which of them a home works on: one home has one history. */
export { refusalOf, restoredElsewhere, type HomeRecord } from "./home-record.ts";
export { readHomeRecord, writeHomeRecord } from "./io/home-file.ts";
export { lineageOf, recordRestore, type Lineage } from "./io/lineage-store.ts";
