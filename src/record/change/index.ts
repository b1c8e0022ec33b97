/** The one unit of work: all writes to the record happen in a change, together with their entries. */
export type { Change } from "./change.ts";
export type { Notice } from "./notice.ts";
export { letRowsChange, recordChange, type ChangeDeps } from "./io/record-change.ts";
export { isAhead } from "./clock-ahead.ts";
export { bindClockStep, versionsThen, wasRunningAtStep } from "./io/clock-step.ts";
export { recordedUntil, refuseWhileAhead } from "./io/recorded-until.ts";
export { signHead } from "./io/sign-head.ts";
export { recordMark } from "./io/record-mark.ts";
export { unsignedEntries } from "./io/unsigned-entries.ts";
export { heldLog, holdLog, releaseRestored } from "./io/hold.ts";
export { rotateLogKey } from "./io/rotate-key.ts";
export { beginLog } from "./io/log-store.ts";
export { bindAnswers } from "./io/bind-answers.ts";
export { recordPruning, type PruningChange } from "./io/record-pruning.ts";
