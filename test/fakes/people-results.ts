import type { KeyView, UserView } from "../../src/contract/index.ts";

export const userView: UserView = {
  id: "u1",
  email: "ada@example.com",
  name: "Ada",
  roles: [{ role: "engineer", inForce: true }],
  secondFactor: true,
  passkeys: 0,
  joined: true,
};

export const keyView: KeyView = {
  id: "k1",
  name: "ci",
  user: userView.email,
  prefix: "ptl_abcdef",
  permissions: ["record:read"],
  createdAt: "2026-03-14T09:00:00.000Z",
  expiresAt: "2026-06-12T09:00:00.000Z",
};
