import { randomUUID } from "node:crypto";
import type { LinkResult, People, UserChangeResult } from "../../contract/index.ts";
import { recordChange } from "../../record/change/index.ts";
import { Fault, formatInstant, type EntryData, type Instant, type Principal } from "../../model/index.ts";
import { holdRule, type Tx } from "../../platform/storage/index.ts";
import { rolesInForce } from "../roles.ts";
import { commitmentTo, digestOf, newSecret } from "../secret.ts";
import { entriesBy, type PeopleDeps } from "./acting.ts";
import {
  joinMailbox,
  otherAccounts,
  personOf,
  sameAs,
  separatePerson,
  storedPersons,
  unitePersons,
} from "./persons.ts";
import { countAdmins, endSessions, findUser, readUser, readUsers, replaceGrants, type UserRow } from "./user-store.ts";
import { checkedGrants, grantsData, userView } from "./user-view.ts";

const DAY = 86_400_000;
const LINK_LIFE = 3 * DAY;
const FIRST_ADMIN_LINK_LIFE = DAY / 24;

/** Users, as `principal` manages them. */
export function createUsers(deps: PeopleDeps, principal: Principal): People["users"] {
  const { store, clock } = deps;
  const { db } = store;
  const entry = entriesBy(principal, clock);

  /** A new link, and what its entry says about it. */
  async function link(
    tx: Tx,
    purpose: "first-admin" | "set-password",
    user: UserRow | undefined,
  ): Promise<{ made: LinkResult; stated: Omit<EntryData["first-admin-link-made"], "by"> }> {
    const at = clock.now();
    const secret = newSecret();
    const digest = digestOf(secret);
    const expires = at + (purpose === "first-admin" ? FIRST_ADMIN_LINK_LIFE : LINK_LIFE);
    // A new link replaces the previous ones.
    const replaced = await tx
      .updateTable("one_time_link")
      .set({ used_at: new Date(at) })
      .where("purpose", "=", purpose)
      .where("used_at", "is", null)
      .$if(user !== undefined, (query) => query.where("user_id", "=", user?.id ?? ""))
      .returning("digest")
      .execute();
    await tx
      .insertInto("one_time_link")
      .values({
        digest,
        purpose,
        user_id: user?.id ?? null,
        created_at: new Date(at),
        expires_at: new Date(expires),
        used_at: null,
        maker: principal.name,
        made_by: principal.user ?? null,
        used_by: null,
      })
      .execute();
    const expiresAt = formatInstant(expires);
    const of = user === undefined ? {} : { user: user.email };
    return {
      made: { schema: "portolan.one-time-link/1", ...of, url: `${deps.url()}/welcome#${secret}`, expiresAt },
      stated: {
        link: commitmentTo(digest),
        createdAt: formatInstant(at),
        expiresAt,
        replaced: replaced.map((each) => commitmentTo(each.digest)),
      },
    };
  }

  async function changed(user: string): Promise<UserChangeResult> {
    const row = await readUser(db, user);
    if (row === undefined) throw new Error("the user vanished");
    return { schema: "portolan.user/1", user: userView(row, clock.now(), await otherAccounts(db, row)) };
  }

  /** From whichever of their accounts. */
  async function refuseSelf(tx: Tx, user: UserRow, what: string): Promise<void> {
    if (principal.user === undefined || user.person !== (await personOf(tx, principal.user))) return;
    throw new Fault("forbidden", `Nobody ${what} themselves.`, { next: "Ask another admin." });
  }

  return {
    list: async () => ({
      schema: "portolan.users/1",
      users: await readUsers(db).then((users) => users.map((user) => userView(user, clock.now(), sameAs(users, user)))),
    }),

    firstAdmin: async () =>
      await recordChange(deps, clock.now(), async (change) => {
        const { tx } = change;
        await holdRule(tx, "users");
        if ((await tx.selectFrom("identity_user").select("id").limit(1).executeTakeFirst()) !== undefined) {
          throw new Fault("conflict", "Users already exist, so the first admin cannot be created again.", {
            next: "Ask an admin to invite you: portolan users invite. If there is none: portolan users roles USER admin.",
          });
        }
        const { made, stated } = await link(tx, "first-admin", undefined);
        change.append(entry("first-admin-link-made", stated));
        return made;
      }),

    invite: async (invitation) =>
      await recordChange(deps, clock.now(), async (change) => {
        const { tx } = change;
        const grants = checkedGrants(invitation.roles);
        const id = randomUUID();
        const added = await tx
          .insertInto("identity_user")
          // The admin who invites an address vouches that it is theirs: single sign-on relies on it.
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
          throw new Fault("conflict", `${invitation.email} is already a user.`, {
            next: "Make another link with portolan users link, or change the roles with portolan users roles.",
          });
        }
        await replaceGrants(tx, id, grants);
        await joinMailbox(tx, { id, email: invitation.email });
        const user = await findUser(tx, id);
        const { made, stated } = await link(tx, "set-password", user);
        const persons = await storedPersons(tx, [user.email]);
        change.append(
          entry("user-invited", {
            user: user.email,
            name: user.name,
            roles: grantsData(grants),
            id,
            person: persons[user.email] ?? null,
            ...stated,
          }),
        );
        return made;
      }),

    link: async ({ id: named }) =>
      await recordChange(deps, clock.now(), async (change) => {
        const { tx } = change;
        await holdRule(tx, "users");
        const user = await findUser(tx, named);
        const { made, stated } = await link(tx, "set-password", user);
        change.append(entry("password-link-made", { user: user.email, ...stated }));
        return made;
      }),

    async setRoles({ id: named, roles: wanted }) {
      const grants = checkedGrants(wanted);
      const id = await recordChange(deps, clock.now(), async (change) => {
        const { tx, at } = change;
        await holdRule(tx, "users");
        const user = await findUser(tx, named);
        await refuseSelf(tx, user, "changes the roles of");
        await replaceGrants(tx, user.id, grants);
        await refuseNoAdmin(tx, at, user);
        change.append(
          entry("roles-changed", { user: user.email, before: grantsData(user.grants), after: grantsData(grants) }),
        );
        return user.id;
      });
      return await changed(id);
    },

    async samePerson({ id: named, sameAs: other }) {
      const id = await recordChange(deps, clock.now(), async (change) => {
        const { tx } = change;
        const [user, same] = [await findUser(tx, named), await findUser(tx, other)];
        if (user.person === same.person) return user.id;
        const before = await otherAccounts(tx, user);
        await unitePersons(tx, user.person, same.person);
        const after = await otherAccounts(tx, await findUser(tx, user.id));
        const persons = await storedPersons(tx, [user.email, ...after]);
        change.append(entry("person-changed", { user: user.email, before, after, persons }));
        return user.id;
      });
      return await changed(id);
    },

    async ownPerson({ id: named }) {
      const id = await recordChange(deps, clock.now(), async (change) => {
        const { tx } = change;
        const user = await findUser(tx, named);
        // Otherwise an admin's second account could approve what the first one proposed.
        await refuseSelf(tx, user, "separates an account from the others of");
        const before = await otherAccounts(tx, user);
        if (before.length === 0) return user.id;
        await separatePerson(tx, user);
        const persons = await storedPersons(tx, [user.email, ...before]);
        change.append(entry("person-changed", { user: user.email, before, after: [], persons }));
        return user.id;
      });
      return await changed(id);
    },

    disable: ({ id }) => setDisabled(id, true),
    enable: ({ id }) => setDisabled(id, false),
  };

  async function setDisabled(named: string, disabled: boolean): Promise<UserChangeResult> {
    const id = await recordChange(deps, clock.now(), async (change) => {
      const { tx, at } = change;
      await holdRule(tx, "users");
      const user = await findUser(tx, named);
      await refuseSelf(tx, user, disabled ? "disables" : "enables");
      if ((user.disabledAt !== undefined) === disabled) return user.id;
      await tx
        .updateTable("identity_user")
        .set({ disabled_at: disabled ? new Date(at) : null })
        .where("id", "=", user.id)
        .execute();
      if (disabled) await endSessions(tx, user.id);
      await refuseNoAdmin(tx, at, user);
      change.append(
        disabled
          ? entry("user-disabled", { user: user.email, disabledAt: formatInstant(at) })
          : entry("user-enabled", { user: user.email }),
      );
      return user.id;
    });
    return await changed(id);
  }

  async function refuseNoAdmin(tx: Tx, at: Instant, user: UserRow): Promise<void> {
    const was = user.disabledAt === undefined && rolesInForce(user.grants, at).includes("admin");
    if (!was || (await countAdmins(tx, at)) > 0) return;
    throw new Fault("conflict", `${user.email} is the only admin.`, { next: "Make another user an admin first." });
  }
}
