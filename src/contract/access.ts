import { z } from "zod";
import { ROLES, type Principal } from "../model/index.ts";
import { PERMISSIONS, type Permission } from "./permissions.ts";

/** People, their keys and their sessions: what the surfaces show, what they ask for. Never a secret after its making. */

const instant = z.iso.datetime({ offset: true }).describe("RFC 3339, UTC");
const text = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^\P{Cc}*$/u, "control characters are not allowed");
const email = z.email().max(200).toLowerCase();
const id = z
  .string()
  .min(1)
  .max(200)
  .regex(/^\P{C}+$/u, "nothing that does not show is allowed");
const PERMISSION_NAMES = Object.keys(PERMISSIONS) as [Permission, ...Permission[]];

const roleGrant = z.object({
  role: z.enum(ROLES),
  from: instant.optional().describe("before it, the role is not in force"),
  to: instant.optional().describe("from then on, the role is not in force"),
});

const user = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  roles: z.array(roleGrant.extend({ inForce: z.boolean() })),
  secondFactor: z.boolean().describe("codes of an authenticator app are asked for after the password"),
  passkeys: z.int().min(0),
  joined: z.boolean().describe("false: invited, and the link not used yet"),
  disabledAt: instant.optional(),
});

export const usersResult = z.object({ schema: z.literal("portolan.users/1"), users: z.array(user) });

export const linkResult = z.object({
  schema: z.literal("portolan.one-time-link/1"),
  user: z.string().optional().describe("the e-mail address of who it is for; absent: the first admin"),
  url: z.string().describe("works once; what is secret in it stands behind the #, which no browser sends"),
  expiresAt: instant,
});

export const userChangeResult = z.object({ schema: z.literal("portolan.user/1"), user });

const key = z.object({
  id: z.string(),
  name: z.string(),
  user: z.string().describe("the e-mail address of whom it acts for"),
  prefix: z.string().describe("how the key begins"),
  permissions: z.array(z.string()),
  createdAt: instant,
  expiresAt: instant,
  lastUsedAt: instant.optional().describe("to the hour"),
  revokedAt: instant.optional(),
});

export const keysResult = z.object({ schema: z.literal("portolan.keys/1"), keys: z.array(key) });
export const keyMadeResult = z.object({
  schema: z.literal("portolan.key-made/1"),
  key,
  secret: z.string().describe("shown this once, and stored nowhere"),
});
export const keyRevokedResult = z.object({ schema: z.literal("portolan.key-revoked/1"), key });

const session = z.object({
  id: z.string(),
  user: z.string(),
  current: z.boolean().describe("the one that asks"),
  address: z.string(),
  agent: z.string().describe("what the browser calls itself; a claim"),
  createdAt: instant,
  expiresAt: instant,
});
export const sessionsResult = z.object({ schema: z.literal("portolan.sessions/1"), sessions: z.array(session) });
export const sessionRevokedResult = z.object({ schema: z.literal("portolan.session-revoked/1"), session: z.string() });

const grants = z
  .array(roleGrant.strict())
  .max(ROLES.length)
  .refine((list) => new Set(list.map(({ role }) => role)).size === list.length, "each role once");

export const inviteBody = z.strictObject({ email, name: text(100), roles: grants });
export const rolesBody = z.strictObject({ roles: grants });
export const keyBody = z.strictObject({
  name: text(100),
  permissions: z.array(z.enum(PERMISSION_NAMES)).min(1).max(PERMISSION_NAMES.length),
  days: z.int().min(1).max(366).default(90).describe("until it expires"),
  user: email.optional().describe("for whom; the operator alone may name somebody else than who asks"),
});
export const personParams = z.strictObject({ id });
export const ofUserQuery = z.strictObject({
  all: z.enum(["true"]).optional().describe("everybody's, for who may read users; absent: one's own"),
});

export type UsersResult = z.infer<typeof usersResult>;
export type UserView = z.infer<typeof user>;
export type LinkResult = z.infer<typeof linkResult>;
export type UserChangeResult = z.infer<typeof userChangeResult>;
export type KeysResult = z.infer<typeof keysResult>;
export type KeyView = z.infer<typeof key>;
export type KeyMadeResult = z.infer<typeof keyMadeResult>;
export type KeyRevokedResult = z.infer<typeof keyRevokedResult>;
export type SessionsResult = z.infer<typeof sessionsResult>;
export type SessionRevokedResult = z.infer<typeof sessionRevokedResult>;
export type Invitation = z.infer<typeof inviteBody>;
export type RoleGrantRequest = z.infer<typeof roleGrant>;
export type KeyRequest = z.infer<typeof keyBody>;

/** What can be asked about people, as one principal: over the API whoever signed in, on the record itself the operator. */
export interface People {
  users(): Promise<UsersResult>;
  /** A one-time link for the first admin; a `conflict` fault as soon as there is a user. */
  firstAdminLink(): Promise<LinkResult>;
  invite(invitation: Invitation): Promise<LinkResult>;
  /** Another one-time link for somebody who lost the first, or the password. Their sessions end when it is used. */
  passwordLink(user: string): Promise<LinkResult>;
  setRoles(user: string, roles: readonly RoleGrantRequest[]): Promise<UserChangeResult>;
  setDisabled(user: string, disabled: boolean): Promise<UserChangeResult>;
  keys(query: { all: boolean }): Promise<KeysResult>;
  makeKey(request: KeyRequest): Promise<KeyMadeResult>;
  revokeKey(id: string): Promise<KeyRevokedResult>;
  sessions(query: { all: boolean }): Promise<SessionsResult>;
  revokeSession(id: string): Promise<SessionRevokedResult>;
}

/** What of a request matters to signing in. */
export interface Caller {
  readonly address: string;
  readonly agent: string;
  readonly cookie: string | undefined;
  readonly origin: string | undefined;
}

/** A value, and the cookies that go to the browser with it. */
export interface Reply<T> {
  readonly value: T;
  readonly cookies: readonly string[];
}

export interface Account {
  readonly email: string;
  readonly name: string;
  readonly roles: readonly { role: string; from?: string | undefined; to?: string | undefined; inForce: boolean }[];
  readonly permissions: readonly string[];
  readonly secondFactor: boolean;
  readonly password: boolean;
  readonly passkeys: readonly { readonly id: string; readonly name: string; readonly createdAt?: string | undefined }[];
}

/** JSON of a WebAuthn ceremony, as browsers make and read it. */
export type CeremonyJson = Readonly<Record<string, unknown>>;

/** Everything the server asks about who asks. `Reply` carries cookies; whoever fails to sign in gets a fault. */
export interface Access {
  /** Where browsers reach this server; what it says of itself in links, cookies and passkeys. */
  serveAt(url: string): void;
  people(principal: Principal): People;
  /** Who a session cookie, or an API key, stands for; undefined when for nobody. */
  bySession(caller: Caller): Promise<Principal | undefined>;
  byKey(key: string): Promise<Principal | undefined>;
  /** An entry of the evidence log before anybody reads it. */
  evidenceRead(principal: Principal, what: string): Promise<void>;
  /** Somebody was turned away: written down, and where there are many, counted. */
  refused(what: { reason: string; address: string; principal?: Principal | undefined }): Promise<void>;
  /** Writes what was only counted so far. */
  close(): Promise<void>;

  beginning(): Promise<{ readonly firstAdmin: boolean; readonly sso: string | undefined }>;
  signIn(caller: Caller, by: { email: string; password: string }): Promise<Reply<{ next: "done" | "code" }>>;
  signInCode(caller: Caller, by: { code: string; recovery: boolean }): Promise<Reply<undefined>>;
  passkeyChallenge(caller: Caller): Promise<Reply<CeremonyJson>>;
  signInPasskey(caller: Caller, response: CeremonyJson): Promise<Reply<undefined>>;
  ssoBegin(caller: Caller): Promise<Reply<{ url: string }>>;
  ssoReturn(caller: Caller, query: Readonly<Record<string, string>>): Promise<Reply<{ location: string }>>;
  signOut(caller: Caller, principal: Principal): Promise<Reply<undefined>>;
  useLink(
    caller: Caller,
    by: { token: string; email?: string | undefined; name?: string | undefined; password: string },
  ): Promise<{ email: string }>;

  account(principal: Principal): Promise<Account>;
  beginCodes(
    caller: Caller,
    by: { password: string },
  ): Promise<Reply<{ uri: string; recoveryCodes: readonly string[] }>>;
  confirmCodes(caller: Caller, by: { code: string }): Promise<Reply<undefined>>;
  endCodes(caller: Caller, by: { password: string }): Promise<Reply<undefined>>;
  beginPasskey(caller: Caller): Promise<Reply<CeremonyJson>>;
  addPasskey(caller: Caller, by: { name: string; response: CeremonyJson }): Promise<Reply<undefined>>;
  removePasskey(caller: Caller, id: string): Promise<Reply<undefined>>;
}
