/**
 * When targets are due and whether they were missed: cadences, missed windows, and the scheduler that keeps to them.
 */
export { missedWindow } from "./cadence.ts";
export type { ClockEvent } from "./clock-watch.ts";
export { readClocks, systemClock } from "./io/clocks.ts";
export { createJobQueue, type JobQueue, type Lane } from "./io/job-queue.ts";
export { createTurns, type DueTarget, type Turns } from "./io/turns.ts";
export { createScheduler, type Scheduler, type SchedulerDeps } from "./io/scheduler.ts";
