import type {
  KeyMadeResult,
  KeyRevokedResult,
  KeysResult,
  KeyView,
  LinkResult,
  SessionRevokedResult,
  SessionsResult,
  UserChangeResult,
  UsersResult,
  UserView,
} from "./access.ts";

/** The people of the installation that `examples.ts` describes. */

export const user: UserView = {
  id: "0b8f3c52-6a37-4b0e-9a0d-1f5f3d1a7c11",
  email: "ada@example.com",
  name: "Ada",
  roles: [{ role: "engineer", inForce: true }],
  secondFactor: true,
  passkeys: 1,
  joined: true,
};

export const auditor: UserView = {
  id: "5d0c8a1e-2f44-4c9b-8d4e-7a9f0f0b2c22",
  email: "audit@example.com",
  name: "Grace",
  roles: [{ role: "auditor", from: "2026-03-01T00:00:00.000Z", to: "2026-03-08T00:00:00.000Z", inForce: false }],
  secondFactor: false,
  passkeys: 0,
  joined: false,
};

export const users: UsersResult = { schema: "portolan.users/1", users: [user, auditor] };
export const userChange: UserChangeResult = { schema: "portolan.user/1", user };

export const link: LinkResult = {
  schema: "portolan.one-time-link/1",
  user: user.email,
  url: "http://localhost:4600/welcome#shown-once",
  expiresAt: "2026-03-17T09:00:00.000Z",
};

export const key: KeyView = {
  id: "c3a7f0d4-9c5e-4f0a-b1b6-3b7e5a8d9e33",
  name: "ci",
  user: user.email,
  prefix: "ptl_abcdef",
  permissions: ["record:read"],
  createdAt: "2026-03-14T09:00:00.000Z",
  expiresAt: "2026-06-12T09:00:00.000Z",
};

export const keys: KeysResult = { schema: "portolan.keys/1", keys: [key] };
export const keyMade: KeyMadeResult = { schema: "portolan.key-made/1", key, secret: "ptl_shown-once" };
export const keyRevoked: KeyRevokedResult = {
  schema: "portolan.key-revoked/1",
  key: { ...key, revokedAt: "2026-03-14T09:00:00.000Z" },
};

export const sessions: SessionsResult = {
  schema: "portolan.sessions/1",
  sessions: [
    {
      id: "e1d2c3b4-1a2b-4c3d-8e4f-5a6b7c8d9e44",
      user: user.email,
      current: false,
      address: "192.0.2.7",
      agent: "a browser",
      createdAt: "2026-03-14T08:00:00.000Z",
      expiresAt: "2026-03-14T20:00:00.000Z",
    },
  ],
};
export const sessionRevoked: SessionRevokedResult = {
  schema: "portolan.session-revoked/1",
  session: "e1d2c3b4-1a2b-4c3d-8e4f-5a6b7c8d9e44",
};
