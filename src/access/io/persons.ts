import { sql } from "kysely";
import type { Db, Tx } from "../../platform/storage/index.ts";
import type { UserRow } from "./user-store.ts";

/**
 * Persons, of whom each may have several accounts. The record can know that two accounts are one person's where an admin
 * says so, and where both addresses are one mailbox: a subject at the provider of single sign-on and an address can
 * each be of one account only.
 */

/** The person whose account it is, by the id of one of their accounts. */
export async function personOf(db: Db, user: string): Promise<string> {
  const row = await db.selectFrom("identity_user").select("person").where("id", "=", user).executeTakeFirst();
  return row?.person ?? user;
}

/** The e-mail addresses of the other accounts of the same person. */
export async function otherAccounts(db: Db, user: Pick<UserRow, "id" | "person">): Promise<string[]> {
  const rows = await db
    .selectFrom("identity_user")
    .select("email")
    .where((where) => where.or([where("person", "=", user.person), where("id", "=", user.person)]))
    .where("id", "<>", user.id)
    .orderBy("email")
    .execute();
  return rows.map(({ email }) => email);
}

/** The same, among users that were read already. */
export function sameAs(users: readonly UserRow[], { id, person }: UserRow): string[] {
  return users.filter((other) => other.person === person && other.id !== id).map(({ email }) => email);
}

/** The person of each of these users as it is stored, by their e-mail addresses; null: they have only this account. */
export async function storedPersons(tx: Tx, users: readonly string[]): Promise<{ [user: string]: string | null }> {
  const rows = await tx
    .selectFrom("identity_user")
    .select(["email", "person"])
    .where("email", "in", [...users])
    .execute();
  return Object.fromEntries(rows.map(({ email, person }) => [email, person]));
}

/** Two persons become one, with all of their accounts. */
export async function unitePersons(tx: Tx, one: string, other: string): Promise<void> {
  await tx
    .updateTable("identity_user")
    .set({ person: other })
    .where((where) => where.or([where("person", "=", one), where("id", "=", one)]))
    .execute();
}

/** The account becomes a person's who has no other; the remaining accounts stay one person's. */
export async function separatePerson(tx: Tx, user: Pick<UserRow, "id" | "person">): Promise<void> {
  const rest = await tx
    .selectFrom("identity_user")
    .select("id")
    .where((where) => where.or([where("person", "=", user.person), where("id", "=", user.person)]))
    .where("id", "<>", user.id)
    .orderBy("created_at")
    .execute();
  const [first] = rest;
  if (first !== undefined) {
    const ids = rest.map(({ id }) => id);
    await tx.updateTable("identity_user").set({ person: first.id }).where("id", "in", ids).execute();
  }
  await tx.updateTable("identity_user").set({ person: user.id }).where("id", "=", user.id).execute();
}

/** `ada+second@example.com` is delivered to `ada@example.com` (RFC 5233): its account is the same person's. */
export async function joinMailbox(tx: Tx, { id, email }: Pick<UserRow, "id" | "email">): Promise<void> {
  const mailbox = email.replace(/\+[^@]*@/, "@");
  const known = await tx
    .selectFrom("identity_user")
    .select(["id", "person"])
    .where(sql<string>`regexp_replace(email, '\\+[^@]*@', '@')`, "=", mailbox)
    .where("id", "<>", id)
    .orderBy("created_at")
    .limit(1)
    .executeTakeFirst();
  if (known === undefined) return;
  await tx
    .updateTable("identity_user")
    .set({ person: known.person ?? known.id })
    .where("id", "=", id)
    .execute();
}
