import { z } from "zod";
import { ROLES } from "../model/index.ts";
import { defineOperation } from "./define-operation.ts";
import { resultOf } from "./fields.ts";
import { email, personInstant, personParams, words } from "./person-fields.ts";

const roleGrant = z.object({
  role: z.enum(ROLES),
  from: personInstant.optional().describe("before it, the role is not in force"),
  to: personInstant.optional().describe("from then on, the role is not in force"),
});

const user = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  roles: z.array(roleGrant.extend({ inForce: z.boolean() })),
  secondFactor: z.boolean().describe("codes of an authenticator app are asked for after the password"),
  passkeys: z.int().min(0),
  joined: z.boolean().describe("false: invited, and the link not used yet"),
  disabledAt: personInstant.optional(),
});

export const usersResult = resultOf("users", { users: z.array(user) });

export const linkResult = resultOf("one-time-link", {
  user: z.string().optional().describe("the e-mail address of who it is for; absent: the first admin"),
  url: z.string().describe("works once; what is secret in it stands behind the #, which no browser sends"),
  expiresAt: personInstant,
});

export const userChangeResult = resultOf("user", { user });

const grants = z
  .array(roleGrant.strict())
  .max(ROLES.length)
  .refine((list) => new Set(list.map(({ role }) => role)).size === list.length, "each role once");

export const inviteBody = z.strictObject({ email, name: words(100), roles: grants });

export const rolesBody = z.strictObject({ roles: grants });

export type UsersResult = z.infer<typeof usersResult>;
export type UserView = z.infer<typeof user>;
export type LinkResult = z.infer<typeof linkResult>;
export type UserChangeResult = z.infer<typeof userChangeResult>;
export type Invitation = z.infer<typeof inviteBody>;
export type RoleGrantRequest = z.infer<typeof roleGrant>;

export const userExample: UserView = {
  id: "0b8f3c52-6a37-4b0e-9a0d-1f5f3d1a7c11",
  email: "ada@example.com",
  name: "Ada",
  roles: [{ role: "engineer", inForce: true }],
  secondFactor: true,
  passkeys: 1,
  joined: true,
};

export const auditorExample: UserView = {
  id: "5d0c8a1e-2f44-4c9b-8d4e-7a9f0f0b2c22",
  email: "audit@example.com",
  name: "Grace",
  roles: [{ role: "auditor", from: "2026-03-01T00:00:00.000Z", to: "2026-03-08T00:00:00.000Z", inForce: false }],
  secondFactor: false,
  passkeys: 0,
  joined: false,
};

export const usersExample: UsersResult = { schema: "portolan.users/1", users: [userExample, auditorExample] };

export const userChangeExample: UserChangeResult = { schema: "portolan.user/1", user: userExample };

export const linkExample: LinkResult = {
  schema: "portolan.one-time-link/1",
  user: userExample.email,
  url: "http://localhost:4600/welcome#shown-once",
  expiresAt: "2026-03-17T09:00:00.000Z",
};

export const userOperations = {
  list: defineOperation({
    id: "listUsers",
    method: "GET",
    path: "/api/v1/users",
    tag: "people",
    summary: "Who may sign in, and as what",
    permission: "users:read",
    result: usersResult,
    example: { answer: usersExample },
  }),
  invite: defineOperation({
    id: "inviteUser",
    method: "POST",
    path: "/api/v1/users",
    tag: "people",
    summary: "Invite somebody: the answer holds their one-time link",
    permission: "users:manage",
    body: inviteBody,
    result: linkResult,
    problems: [409, 413, 415],
    example: { body: { email: userExample.email, name: "Ada", roles: [{ role: "engineer" }] }, answer: linkExample },
  }),
  /** A one-time link for the first admin; a `conflict` fault as soon as there is a user. */
  firstAdmin: defineOperation({
    id: "makeFirstAdminLink",
    method: "POST",
    path: "/api/v1/users/first-admin-links",
    tag: "people",
    summary: "A one-time link for the first admin, while there is no user",
    permission: "users:manage",
    result: linkResult,
    problems: [409],
    example: { answer: linkExample },
  }),
  setRoles: defineOperation({
    id: "setUserRoles",
    method: "PUT",
    path: "/api/v1/users/:id/roles",
    tag: "people",
    summary: "Give somebody these roles, in place of those they had; never oneself",
    permission: "users:manage",
    params: personParams,
    body: rolesBody,
    result: userChangeResult,
    problems: [404, 409, 413, 415],
    example: {
      path: { id: auditorExample.id },
      body: { roles: [{ role: "auditor", from: "2026-03-01T00:00:00Z", to: "2026-03-08T00:00:00Z" }] },
      answer: userChangeExample,
    },
  }),
  disable: defineOperation({
    id: "disableUser",
    method: "PUT",
    path: "/api/v1/users/:id/disablement",
    tag: "people",
    summary: "Shut an account: its sessions end and its keys stop at once",
    permission: "users:manage",
    params: personParams,
    result: userChangeResult,
    problems: [404, 409],
    example: { path: { id: userExample.id }, answer: userChangeExample },
  }),
  enable: defineOperation({
    id: "enableUser",
    method: "DELETE",
    path: "/api/v1/users/:id/disablement",
    tag: "people",
    summary: "Open an account again",
    permission: "users:manage",
    params: personParams,
    result: userChangeResult,
    problems: [404, 409],
    example: { path: { id: userExample.id }, answer: userChangeExample },
  }),
  /** Another one-time link for somebody who lost the first, or the password. */
  link: defineOperation({
    id: "makePasswordLink",
    method: "POST",
    path: "/api/v1/users/:id/links",
    tag: "people",
    summary: "Another one-time link for somebody; their sessions end when it is used",
    permission: "users:manage",
    params: personParams,
    result: linkResult,
    problems: [404],
    example: { path: { id: userExample.id }, answer: linkExample },
  }),
};
