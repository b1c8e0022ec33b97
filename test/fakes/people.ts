import type { People } from "../../src/contract/index.ts";
import * as results from "./results.ts";

/** Two users, one key, one session: those of the examples. */
export function fakePeople(): People {
  return {
    users: () => Promise.resolve(results.users),
    firstAdminLink: () => Promise.resolve(results.link),
    invite: () => Promise.resolve(results.link),
    passwordLink: () => Promise.resolve(results.link),
    setRoles: () => Promise.resolve(results.userChange),
    setDisabled: () => Promise.resolve(results.userChange),
    keys: () => Promise.resolve(results.keys),
    makeKey: () => Promise.resolve(results.keyMade),
    revokeKey: () => Promise.resolve(results.keyRevoked),
    sessions: () => Promise.resolve(results.sessions),
    revokeSession: () => Promise.resolve(results.sessionRevoked),
  };
}
