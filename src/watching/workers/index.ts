/** Who works on one record: any number of processes, on any number of machines, that share its queue and its limits. */
export { followedClock, type FollowedClock } from "./followed-clock.ts";
export { membersNow, installationAddresses, type Member } from "./io/members.ts";
export { createRoster, type Roster, type RosterDeps } from "./io/roster.ts";
