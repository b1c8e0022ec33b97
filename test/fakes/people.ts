import type { People } from "../../src/contract/index.ts";
import { keyView, userView } from "./people-results.ts";

const link = {
  schema: "portolan.one-time-link/1",
  user: userView.email,
  url: "http://localhost:4600/welcome#x",
  expiresAt: "2026-03-17T09:00:00.000Z",
} as const;

/** One user, one key, one session. */
export function fakePeople(): People {
  return {
    users: async () => ({ schema: "portolan.users/1", users: [userView] }),
    firstAdminLink: async () => link,
    invite: async () => link,
    passwordLink: async () => link,
    setRoles: async () => ({ schema: "portolan.user/1", user: userView }),
    setDisabled: async () => ({ schema: "portolan.user/1", user: userView }),
    keys: async () => ({ schema: "portolan.keys/1", keys: [keyView] }),
    makeKey: async () => ({ schema: "portolan.key-made/1", key: keyView, secret: "ptl_shown-once" }),
    revokeKey: async () => ({ schema: "portolan.key-revoked/1", key: keyView }),
    sessions: async () => ({
      schema: "portolan.sessions/1",
      sessions: [
        {
          id: "s1",
          user: userView.email,
          current: false,
          address: "192.0.2.7",
          agent: "a browser",
          createdAt: "2026-03-14T08:00:00.000Z",
          expiresAt: "2026-03-14T20:00:00.000Z",
        },
      ],
    }),
    revokeSession: async (id) => ({ schema: "portolan.session-revoked/1", session: id }),
  };
}
