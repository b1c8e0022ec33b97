/**
 * The processes that work on one record: any number, on any number of machines. They share its queue and its limits.
 */
export { followedClock, type FollowedClock } from "./followed-clock.ts";
export { membersNow, installationAddresses, type Member } from "./io/members.ts";
export { workerBindings } from "./io/bindings.ts";
export { createRoster, type Roster, type RosterDeps } from "./io/roster.ts";
