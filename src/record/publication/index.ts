/** Checkpoints outside: sent to destinations, and compared with the log when it opens and on request. */
export { judgeHeld } from "./judge.ts";
