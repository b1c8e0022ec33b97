import { Fault, type Instant, type RoleGrant } from "../../model/index.ts";
import type { Db, Tx } from "../../platform/storage/index.ts";

export interface UserRow {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly grants: readonly RoleGrant[];
  readonly secondFactor: boolean;
  readonly passkeys: number;
  readonly joined: boolean;
  /** Whether a password signs them in. */
  readonly password: boolean;
  readonly disabledAt: Instant | undefined;
  /** The person whose account it is, by the id of one of their accounts. */
  readonly person: string;
}

/** Users with their roles, by e-mail address; all of them, or the one of this id. */
export async function readUsers(db: Db, id?: string): Promise<UserRow[]> {
  const users = await db
    .selectFrom("identity_user")
    .select((row) => [
      "id",
      "email",
      "name",
      "two_factor_enabled",
      "disabled_at",
      "person",
      row
        .selectFrom("identity_passkey")
        .whereRef("identity_passkey.user_id", "=", "identity_user.id")
        .select((inner) => inner.fn.countAll<number>().as("count"))
        .as("passkeys"),
      row
        .exists(
          row.selectFrom("identity_account").whereRef("identity_account.user_id", "=", "identity_user.id").select("id"),
        )
        .as("joined"),
      row
        .exists(
          row
            .selectFrom("identity_account")
            .whereRef("identity_account.user_id", "=", "identity_user.id")
            .where("provider_id", "=", "credential")
            .select("id"),
        )
        .as("password"),
    ])
    .$if(id !== undefined, (query) => query.where("id", "=", id ?? ""))
    .orderBy("email")
    .execute();
  const grants = await db
    .selectFrom("role_grant")
    .selectAll()
    .$if(id !== undefined, (query) => query.where("user_id", "=", id ?? ""))
    .orderBy("role")
    .execute();
  return users.map((user) => ({
    id: user.id,
    email: user.email,
    name: user.name,
    secondFactor: user.two_factor_enabled,
    passkeys: Number(user.passkeys ?? 0),
    joined: Boolean(user.joined),
    password: Boolean(user.password),
    disabledAt: user.disabled_at?.getTime(),
    person: user.person ?? user.id,
    grants: grants
      .filter(({ user_id }) => user_id === user.id)
      .map(({ role, valid_from, valid_to }) => ({ role, from: valid_from?.getTime(), to: valid_to?.getTime() })),
  }));
}

export async function readUser(db: Db, id: string): Promise<UserRow | undefined> {
  return (await readUsers(db, id))[0];
}

/** By id, or by e-mail address. */
export async function findUser(db: Db, named: string): Promise<UserRow> {
  const row = await db
    .selectFrom("identity_user")
    .select("id")
    .where((where) => where.or([where("id", "=", named), where("email", "=", named.toLowerCase())]))
    .executeTakeFirst();
  const user = row === undefined ? undefined : await readUser(db, row.id);
  if (user !== undefined) return user;
  throw new Fault("not-found", `There is no user ${named}.`, { next: "List the users: portolan users list." });
}

export async function replaceGrants(tx: Tx, user: string, grants: readonly RoleGrant[]): Promise<void> {
  await tx.deleteFrom("role_grant").where("user_id", "=", user).execute();
  if (grants.length === 0) return;
  await tx
    .insertInto("role_grant")
    .values(
      grants.map(({ role, from, to }) => ({
        user_id: user,
        role,
        valid_from: from === undefined ? null : new Date(from),
        valid_to: to === undefined ? null : new Date(to),
      })),
    )
    .execute();
}

/** Admins who could sign in at that instant, whether active or only invited. */
export async function countAdmins(tx: Tx, at: Instant): Promise<number> {
  const users = await readUsers(tx);
  return users.filter(
    ({ disabledAt, grants }) =>
      disabledAt === undefined &&
      grants.some(({ role, from = at, to = Infinity }) => role === "admin" && from <= at && at < to),
  ).length;
}

export async function endSessions(tx: Tx, user: string): Promise<void> {
  await tx.deleteFrom("identity_session").where("user_id", "=", user).execute();
}
