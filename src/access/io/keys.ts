import { randomUUID } from "node:crypto";
import type { KeyMadeResult, KeyView, People } from "../../contract/index.ts";
import { recordChange } from "../../record/change/index.ts";
import { Fault, formatInstant, type Principal } from "../../model/index.ts";
import type { Db, Tx } from "../../platform/storage/index.ts";
import { rolesInForce } from "../roles.ts";
import { commitmentTo, digestOf, newKey, prefixOf } from "../secret.ts";
import { entriesBy, notYours, rulesOthers, type PeopleDeps } from "./acting.ts";
import { findUser, type UserRow } from "./user-store.ts";

const DAY = 86_400_000;

/** API keys, as `principal` makes and revokes them. */
export function createKeys(deps: PeopleDeps, principal: Principal): People["keys"] {
  const { store, clock } = deps;
  const { db } = store;
  const entry = entriesBy(principal, clock);

  return {
    list: async ({ all }) => ({
      schema: "portolan.keys/1",
      keys: await readKeys(db, all === true ? undefined : (principal.user ?? "")),
    }),

    async make({ name, permissions, days, user: named }): Promise<KeyMadeResult> {
      const at = clock.now();
      const secret = newKey();
      const id = randomUUID();
      await recordChange(deps, at, async (change) => {
        const { tx } = change;
        const user = await ownerOfKey(tx, named);
        const may = deps.permissionsOf(rolesInForce(user.grants, at));
        const beyond = permissions.filter((permission) => !may.includes(permission));
        if (beyond.length > 0) {
          throw new Fault(
            "forbidden",
            `A key cannot do more than its user: ${beyond.join(", ")} is not a permission of ${user.email}.`,
            {
              next:
                // Some permissions need no role: a user without one can give a key those, and no more.
                may.length === deps.permissionsOf([]).length
                  ? "Give the user a role that a key can use: portolan users roles."
                  : `Choose from ${may.join(", ")}.`,
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
            maker: principal.name,
            made_by: principal.user ?? null,
          })
          .execute();
        change.append(
          entry("key-made", {
            key: id,
            name,
            prefix: prefixOf(secret),
            user: user.email,
            permissions,
            createdAt: formatInstant(at),
            expiresAt: expires.toISOString(),
            digest: commitmentTo(digestOf(secret)),
          }),
        );
      });
      const key = (await readKeys(db, undefined, id))[0];
      if (key === undefined) throw new Error("the key vanished");
      return { schema: "portolan.key-made/1", key, secret };
    },

    async revoke({ id }) {
      const at = clock.now();
      await recordChange(deps, at, async (change) => {
        const { tx } = change;
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
        const { name, prefix } = revoked;
        change.append(entry("key-revoked", { key: id, name, prefix, user: user.email, revokedAt: formatInstant(at) }));
      });
      const key = (await readKeys(db, undefined, id))[0];
      if (key === undefined) throw new Error("the key vanished");
      return { schema: "portolan.key-revoked/1", key };
    },
  };

  /** A user's own key. The operator may make one for a user, and the record states who made it. */
  async function ownerOfKey(tx: Tx, named: string | undefined): Promise<UserRow> {
    if (principal.kind === "operator") {
      if (named !== undefined) return await findUser(tx, named);
      throw new Fault("config-invalid", "A key acts for a user, but no user is named.", {
        next: "Name the user: portolan keys make --user EMAIL.",
      });
    }
    const user = await findUser(tx, principal.user ?? "");
    if (named === undefined || named === user.email) return user;
    throw new Fault("forbidden", "You can make keys only for yourself.", { next: "Omit the user." });
  }
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
