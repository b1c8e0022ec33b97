import { z } from "zod";
import { ROLES } from "../model/index.ts";
import { defineOperation } from "./define-operation.ts";
import { resultOf } from "./fields.ts";
import { email, personInstant, personParams, words } from "./person-fields.ts";

const roleGrant = z.object({
  role: z.enum(ROLES),
  from: personInstant.optional().describe("the role is not in force before this instant"),
  to: personInstant.optional().describe("the role is not in force from this instant on"),
});

const user = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  roles: z.array(roleGrant.extend({ inForce: z.boolean() })),
  secondFactor: z.boolean().describe("true: sign-in takes a code of an authenticator app after the password"),
  passkeys: z.int().min(0),
  password: z.boolean().describe("true: a password signs them in; for an admin, only with a code after it"),
  joined: z.boolean().describe("false: invited, but the link was not used yet"),
  sameAs: z.array(z.string()).optional().describe("the other accounts of the same person; absent: none is known"),
  disabledAt: personInstant.optional(),
});

export const usersResult = resultOf("users", { users: z.array(user) });

export const linkResult = resultOf("one-time-link", {
  user: z.string().optional().describe("the e-mail address of the user it is for; absent: the first admin"),
  url: z.string().describe("works once; its secret is the part after the #, which browsers do not send"),
  expiresAt: personInstant,
});

export const userChangeResult = resultOf("user", { user });

const grants = z
  .array(roleGrant.strict())
  .max(ROLES.length)
  .refine((list) => new Set(list.map(({ role }) => role)).size === list.length, "each role once");

export const inviteBody = z.strictObject({ email, name: words(100), roles: grants });

export const rolesBody = z.strictObject({ roles: grants });

export const personBody = z.strictObject({ sameAs: email.describe("an account of the same person") });

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
  password: true,
  joined: true,
};

export const auditorExample: UserView = {
  id: "5d0c8a1e-2f44-4c9b-8d4e-7a9f0f0b2c22",
  email: "audit@example.com",
  name: "Grace",
  roles: [{ role: "auditor", from: "2026-03-01T00:00:00.000Z", to: "2026-03-08T00:00:00.000Z", inForce: false }],
  secondFactor: false,
  passkeys: 0,
  password: false,
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
    summary: "List the users who can sign in, and their roles",
    permission: "users:read",
    result: usersResult,
    example: { answer: usersExample },
  }),
  invite: defineOperation({
    id: "inviteUser",
    method: "POST",
    path: "/api/v1/users",
    tag: "people",
    summary: "Invite a user; the response holds the one-time link",
    permission: "users:manage",
    body: inviteBody,
    result: linkResult,
    problems: [409, 413, 415],
    example: { body: { email: userExample.email, name: "Ada", roles: [{ role: "engineer" }] }, answer: linkExample },
  }),
  /** A one-time link for the first admin; a `conflict` fault once a user exists. */
  firstAdmin: defineOperation({
    id: "makeFirstAdminLink",
    method: "POST",
    path: "/api/v1/users/first-admin-links",
    tag: "people",
    summary: "Make a one-time link for the first admin, while no user exists",
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
    summary: "Replace the roles of a user; never one's own",
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
  /** Where persons count, as in the segregation of duties, the two accounts and all that were one with either are one. */
  samePerson: defineOperation({
    id: "setSamePerson",
    method: "PUT",
    path: "/api/v1/users/:id/person",
    tag: "people",
    summary: "State that two accounts are of the same person",
    permission: "users:manage",
    params: personParams,
    body: personBody,
    result: userChangeResult,
    problems: [404, 413, 415],
    example: { path: { id: userExample.id }, body: { sameAs: auditorExample.email }, answer: userChangeExample },
  }),
  ownPerson: defineOperation({
    id: "setOwnPerson",
    method: "DELETE",
    path: "/api/v1/users/:id/person",
    tag: "people",
    summary: "State that an account is of a person without other accounts; never one's own",
    permission: "users:manage",
    params: personParams,
    result: userChangeResult,
    problems: [404],
    example: { path: { id: userExample.id }, answer: userChangeExample },
  }),
  disable: defineOperation({
    id: "disableUser",
    method: "PUT",
    path: "/api/v1/users/:id/disablement",
    tag: "people",
    summary: "Disable an account: its sessions and keys end immediately",
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
    summary: "Enable an account again",
    permission: "users:manage",
    params: personParams,
    result: userChangeResult,
    problems: [404, 409],
    example: { path: { id: userExample.id }, answer: userChangeExample },
  }),
  /** Another one-time link for a user who lost the first one, or the password. */
  link: defineOperation({
    id: "makePasswordLink",
    method: "POST",
    path: "/api/v1/users/:id/links",
    tag: "people",
    summary: "Make another one-time link for a user; using it ends their sessions",
    permission: "users:manage",
    params: personParams,
    result: linkResult,
    problems: [404],
    example: { path: { id: userExample.id }, answer: linkExample },
  }),
};
