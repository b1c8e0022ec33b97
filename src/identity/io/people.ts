import { randomUUID } from "node:crypto";
import type {
  Invitation,
  KeyMadeResult,
  KeyView,
  LinkResult,
  People,
  RoleGrantRequest,
  SessionsResult,
  UserChangeResult,
  UserView,
} from "../../contract/index.ts";
import { appendEntries } from "../../evidence/index.ts";
import {
  Fault,
  formatInstant,
  type Clock,
  type EntryType,
  type Instant,
  type JsonValue,
  type Principal,
  type RoleGrant,
} from "../../model/index.ts";
import type { Db, Store, Tx } from "../../storage/index.ts";
import { grantsProblem, isInForce, rolesInForce } from "../roles.ts";
import { digestOf, newKey, newSecret, prefixOf } from "../secret.ts";
import { countAdmins, endSessions, findUser, readUser, readUsers, replaceGrants, type UserRow } from "./user-store.ts";

const DAY = 86_400_000;
const LINK_LIFE = 3 * DAY;
const FIRST_ADMIN_LINK_LIFE = DAY / 24;

export interface PeopleDeps {
  readonly store: Pick<Store, "db" | "transaction">;
  readonly clock: Clock;
  /** Where browsers reach the server. */
  readonly url: () => string;
  /** Which rows of the permission table these roles have; what belongs to a session alone is not among them. */
  readonly permissionsOf: (roles: UserRow["grants"][number]["role"][]) => readonly string[];
}

/** What `principal` asks about people, each change with its entry. Whether they may is the permission table's matter. */
export function createPeople(deps: PeopleDeps, principal: Principal): People {
  const { store, clock } = deps;
  const { db } = store;
  const by = { name: principal.name, kind: principal.kind };
  const entry = (type: EntryType, at: Instant, data: { [key: string]: JsonValue }) => ({
    type,
    at,
    data: { ...data, by },
  });

  async function link(tx: Tx, purpose: "first-admin" | "set-password", user: UserRow | undefined): Promise<LinkResult> {
    const at = clock.now();
    const secret = newSecret();
    const expires = at + (purpose === "first-admin" ? FIRST_ADMIN_LINK_LIFE : LINK_LIFE);
    // A new link takes the place of those before it.
    await tx
      .updateTable("one_time_link")
      .set({ used_at: new Date(at) })
      .where("purpose", "=", purpose)
      .where("used_at", "is", null)
      .$if(user !== undefined, (query) => query.where("user_id", "=", user?.id ?? ""))
      .execute();
    await tx
      .insertInto("one_time_link")
      .values({
        digest: digestOf(secret),
        purpose,
        user_id: user?.id ?? null,
        created_at: new Date(at),
        expires_at: new Date(expires),
        used_at: null,
      })
      .execute();
    return {
      schema: "portolan.one-time-link/1",
      ...(user === undefined ? {} : { user: user.email }),
      url: `${deps.url()}/welcome#${secret}`,
      expiresAt: formatInstant(expires),
    };
  }

  async function changed(user: string): Promise<UserChangeResult> {
    const row = await readUser(db, user);
    if (row === undefined) throw new Error("the user vanished");
    return { schema: "portolan.user/1", user: userView(row, clock.now()) };
  }

  function refuseSelf(user: UserRow, what: string): void {
    if (user.id !== principal.user) return;
    throw new Fault("forbidden", `Nobody ${what} themselves.`, { next: "Ask another admin." });
  }

  return {
    users: async () => ({
      schema: "portolan.users/1",
      users: (await readUsers(db)).map((user) => userView(user, clock.now())),
    }),

    firstAdminLink: async () =>
      await store.transaction(async (tx) => {
        if ((await tx.selectFrom("identity_user").select("id").limit(1).executeTakeFirst()) !== undefined) {
          throw new Fault("conflict", "There are users already, so nobody becomes the first admin any more.", {
            next: "An admin invites people: portolan users invite.",
          });
        }
        const made = await link(tx, "first-admin", undefined);
        await appendEntries(tx, [entry("first-admin-link-made", clock.now(), { expiresAt: made.expiresAt })]);
        return made;
      }),

    invite: async (invitation: Invitation) =>
      await store.transaction(async (tx) => {
        const at = clock.now();
        const grants = checkedGrants(invitation.roles);
        const id = randomUUID();
        const added = await tx
          .insertInto("identity_user")
          // Whoever invites an address says that it is theirs: single sign-on goes by it.
          .values({
            id,
            email: invitation.email,
            email_verified: true,
            name: invitation.name,
            image: null,
            disabled_at: null,
          })
          .onConflict((conflict) => conflict.doNothing())
          .returning("id")
          .executeTakeFirst();
        if (added === undefined) {
          throw new Fault("conflict", `${invitation.email} is a user already.`, {
            next: "Make another link with portolan users link, or change the roles with portolan users roles.",
          });
        }
        await replaceGrants(tx, id, grants);
        const user = await findUser(tx, id);
        const made = await link(tx, "set-password", user);
        await appendEntries(tx, [
          entry("user-invited", at, {
            user: user.email,
            name: user.name,
            roles: grantsData(grants),
            expiresAt: made.expiresAt,
          }),
        ]);
        return made;
      }),

    passwordLink: async (named) =>
      await store.transaction(async (tx) => {
        const user = await findUser(tx, named);
        const made = await link(tx, "set-password", user);
        await appendEntries(tx, [
          entry("password-link-made", clock.now(), { user: user.email, expiresAt: made.expiresAt }),
        ]);
        return made;
      }),

    async setRoles(named, wanted) {
      const grants = checkedGrants(wanted);
      const id = await store.transaction(async (tx) => {
        const at = clock.now();
        const user = await findUser(tx, named);
        refuseSelf(user, "changes the roles of");
        await replaceGrants(tx, user.id, grants);
        await refuseNoAdmin(tx, at, user);
        await appendEntries(tx, [
          entry("roles-changed", at, { user: user.email, before: grantsData(user.grants), after: grantsData(grants) }),
        ]);
        return user.id;
      });
      return await changed(id);
    },

    async setDisabled(named, disabled) {
      const id = await store.transaction(async (tx) => {
        const at = clock.now();
        const user = await findUser(tx, named);
        refuseSelf(user, disabled ? "disables" : "enables");
        if ((user.disabledAt !== undefined) === disabled) return user.id;
        await tx
          .updateTable("identity_user")
          .set({ disabled_at: disabled ? new Date(at) : null })
          .where("id", "=", user.id)
          .execute();
        if (disabled) await endSessions(tx, user.id);
        await refuseNoAdmin(tx, at, user);
        await appendEntries(tx, [entry(disabled ? "user-disabled" : "user-enabled", at, { user: user.email })]);
        return user.id;
      });
      return await changed(id);
    },

    keys: async ({ all }) => ({
      schema: "portolan.keys/1",
      keys: await readKeys(db, all ? undefined : (principal.user ?? "")),
    }),

    async makeKey({ name, permissions, days, user: named }): Promise<KeyMadeResult> {
      const at = clock.now();
      const secret = newKey();
      const id = randomUUID();
      await store.transaction(async (tx) => {
        const user = await ownerOfKey(tx, named);
        const may = deps.permissionsOf(rolesInForce(user.grants, at));
        const beyond = permissions.filter((permission) => !may.includes(permission));
        if (beyond.length > 0) {
          throw new Fault(
            "forbidden",
            `A key does no more than whose it is: ${beyond.join(", ")} is beyond ${user.email}.`,
            {
              next:
                may.length === 0
                  ? "They have no role in force that a key could use."
                  : `Choose among ${may.join(", ")}.`,
            },
          );
        }
        const expires = new Date(at + days * DAY);
        await tx
          .insertInto("api_key")
          .values({
            id,
            user_id: user.id,
            name,
            prefix: prefixOf(secret),
            digest: digestOf(secret),
            permissions: JSON.stringify(permissions),
            created_at: new Date(at),
            expires_at: expires,
            last_used_at: null,
            revoked_at: null,
          })
          .execute();
        await appendEntries(tx, [
          entry("key-made", at, {
            key: id,
            name,
            prefix: prefixOf(secret),
            user: user.email,
            permissions,
            expiresAt: expires.toISOString(),
          }),
        ]);
      });
      const key = (await readKeys(db, undefined, id))[0];
      if (key === undefined) throw new Error("the key vanished");
      return { schema: "portolan.key-made/1", key, secret };
    },

    async revokeKey(id) {
      await store.transaction(async (tx) => {
        const at = clock.now();
        const revoked = await tx
          .updateTable("api_key")
          .set({ revoked_at: new Date(at) })
          .where("id", "=", id)
          .where("revoked_at", "is", null)
          .$if(!rulesOthers(principal), (query) => query.where("user_id", "=", principal.user ?? ""))
          .returning(["name", "prefix", "user_id"])
          .executeTakeFirst();
        if (revoked === undefined) throw notYours("key", id);
        const user = await findUser(tx, revoked.user_id);
        await appendEntries(tx, [
          entry("key-revoked", at, { key: id, name: revoked.name, prefix: revoked.prefix, user: user.email }),
        ]);
      });
      const key = (await readKeys(db, undefined, id))[0];
      if (key === undefined) throw new Error("the key vanished");
      return { schema: "portolan.key-revoked/1", key };
    },

    sessions: async ({ all }): Promise<SessionsResult> => {
      const rows = await db
        .selectFrom("identity_session as session")
        .innerJoin("identity_user as user", "user.id", "session.user_id")
        .select([
          "session.id",
          "user.email",
          "session.ip_address",
          "session.user_agent",
          "session.created_at",
          "session.expires_at",
        ])
        .where("session.expires_at", ">", new Date(clock.now()))
        .$if(!all, (query) => query.where("session.user_id", "=", principal.user ?? ""))
        .orderBy("session.created_at", "desc")
        .limit(1_000)
        .execute();
      return {
        schema: "portolan.sessions/1",
        sessions: rows.map((row) => ({
          id: row.id,
          user: row.email,
          current: principal.kind === "person" && row.id === principal.id,
          address: row.ip_address ?? "",
          agent: (row.user_agent ?? "").slice(0, 300),
          createdAt: row.created_at.toISOString(),
          expiresAt: row.expires_at.toISOString(),
        })),
      };
    },

    revokeSession: async (id) =>
      await store.transaction(async (tx) => {
        const ended = await tx
          .deleteFrom("identity_session")
          .where("id", "=", id)
          .$if(!rulesOthers(principal), (query) => query.where("user_id", "=", principal.user ?? ""))
          .returning("user_id")
          .executeTakeFirst();
        if (ended === undefined) throw notYours("session", id);
        const user = await findUser(tx, ended.user_id);
        await appendEntries(tx, [entry("session-revoked", clock.now(), { session: id, user: user.email })]);
        return { schema: "portolan.session-revoked/1", session: id };
      }),
  };

  /** One's own key; whoever runs the installation may make one for somebody, and the record says who made it. */
  async function ownerOfKey(tx: Tx, named: string | undefined): Promise<UserRow> {
    if (principal.kind === "operator") {
      if (named !== undefined) return await findUser(tx, named);
      throw new Fault("config-invalid", "A key acts for a user, and none is named.", {
        next: "Name one: portolan keys make --user EMAIL.",
      });
    }
    const user = await findUser(tx, principal.user ?? "");
    if (named === undefined || named === user.email) return user;
    throw new Fault("forbidden", "A key acts for whoever makes it.", { next: "Leave the user out." });
  }

  async function refuseNoAdmin(tx: Tx, at: Instant, user: UserRow): Promise<void> {
    const was = user.disabledAt === undefined && rolesInForce(user.grants, at).includes("admin");
    if (!was || (await countAdmins(tx, at)) > 0) return;
    throw new Fault("conflict", `${user.email} is the only admin.`, { next: "Make somebody else an admin first." });
  }
}

/** Who acts on what belongs to others: admins, and whoever runs the installation. */
function rulesOthers(principal: Principal): boolean {
  return principal.roles.includes("admin") && principal.kind !== "key";
}

function notYours(what: string, id: string): Fault {
  return new Fault("not-found", `There is no ${what} ${id} in use that is yours.`, {
    next: `See portolan ${what}s list.`,
  });
}

function checkedGrants(wanted: readonly RoleGrantRequest[]): RoleGrant[] {
  const grants = wanted.map(({ role, from, to }) => ({
    role,
    from: from === undefined ? undefined : Date.parse(from),
    to: to === undefined ? undefined : Date.parse(to),
  }));
  const problem = grantsProblem(grants);
  if (problem !== undefined) {
    throw new Fault("config-invalid", problem, { next: "Give the roles again, each with what it needs." });
  }
  return grants;
}

export function grantsData(grants: readonly RoleGrant[]): JsonValue[] {
  return grants.map(({ role, from, to }) => ({
    role,
    ...(from === undefined ? {} : { from: formatInstant(from) }),
    ...(to === undefined ? {} : { to: formatInstant(to) }),
  }));
}

export function userView(user: UserRow, at: Instant): UserView {
  return {
    id: user.id,
    email: user.email,
    name: user.name,
    roles: user.grants.map(({ role, from, to }) => ({
      role,
      ...(from === undefined ? {} : { from: formatInstant(from) }),
      ...(to === undefined ? {} : { to: formatInstant(to) }),
      inForce: isInForce({ from, to }, at),
    })),
    secondFactor: user.secondFactor,
    passkeys: user.passkeys,
    joined: user.joined,
    ...(user.disabledAt === undefined ? {} : { disabledAt: formatInstant(user.disabledAt) }),
  };
}

async function readKeys(db: Db, user?: string, id?: string): Promise<KeyView[]> {
  const rows = await db
    .selectFrom("api_key as key")
    .innerJoin("identity_user as user", "user.id", "key.user_id")
    .select([
      "key.id",
      "key.name",
      "key.prefix",
      "key.permissions",
      "key.created_at",
      "key.expires_at",
      "key.last_used_at",
      "key.revoked_at",
      "user.email",
    ])
    .$if(user !== undefined, (query) => query.where("key.user_id", "=", user ?? ""))
    .$if(id !== undefined, (query) => query.where("key.id", "=", id ?? ""))
    .orderBy("key.created_at", "desc")
    .limit(1_000)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    user: row.email,
    prefix: row.prefix,
    permissions: row.permissions,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    ...(row.last_used_at === null ? {} : { lastUsedAt: row.last_used_at.toISOString() }),
    ...(row.revoked_at === null ? {} : { revokedAt: row.revoked_at.toISOString() }),
  }));
}
