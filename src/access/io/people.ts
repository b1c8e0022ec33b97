import type { People } from "../../contract/index.ts";
import type { Principal } from "../../model/index.ts";
import type { PeopleDeps } from "./acting.ts";
import { createKeys } from "./keys.ts";
import { createSessions } from "./sessions.ts";
import { createUsers } from "./users.ts";

/** What `principal` asks about people, each change with its entry. Whether they may is the permission table's matter. */
export function createPeople(deps: PeopleDeps, principal: Principal): People {
  return {
    users: createUsers(deps, principal),
    keys: createKeys(deps, principal),
    sessions: createSessions(deps, principal),
  };
}
