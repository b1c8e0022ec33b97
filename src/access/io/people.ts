import type { People } from "../../contract/index.ts";
import type { Principal } from "../../model/index.ts";
import type { PeopleDeps } from "./acting.ts";
import { createKeys } from "./keys.ts";
import { createSessions } from "./sessions.ts";
import { createUsers } from "./users.ts";

/**
 * The operations on users, keys and sessions that `principal` may call; each change has its entry. The permission table
 * decides whether they are allowed.
 */
export function createPeople(deps: PeopleDeps, principal: Principal): People {
  return {
    users: createUsers(deps, principal),
    keys: createKeys(deps, principal),
    sessions: createSessions(deps, principal),
  };
}
