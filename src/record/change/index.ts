/** The one unit of work: whatever writes to the record does it in a change, and so with its entries. */
export type { Change } from "./change.ts";
export type { Notice } from "./notice.ts";
export { changeIn, recordChange, type ChangeDeps } from "./io/record-change.ts";
export { signHead } from "./io/sign-head.ts";
export { beginLog } from "./io/log-store.ts";
