import { formatInstant, type Clock, type Principal, type Role } from "../../model/index.ts";
import type { Db } from "../../platform/storage/index.ts";
import { rolesInForce } from "../roles.ts";
import { digestOf, isKey } from "../secret.ts";
import type { SignedPeople } from "./signed-people.ts";
import { readUser, type UserRow } from "./user-store.ts";

const HOUR = 3_600_000;

/** The name of a user in the record: names are not unique, addresses are. */
export function nameOf(user: Pick<UserRow, "name" | "email">): string {
  return `${user.name} <${user.email}>`;
}

export interface PrincipalDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly signed: SignedPeople;
}

/** Undefined if the user was disabled. @throws Fault `evidence-broken` if the user or a role contradicts the log */
export async function personOf(
  { db, clock, signed }: PrincipalDeps,
  user: string,
  session: string,
): Promise<Principal | undefined> {
  const row = await readUser(db, user);
  if (row === undefined || row.disabledAt !== undefined) return undefined;
  await signed.refuseChanged(db, { user });
  const roles = rolesInForce(row.grants, clock.now());
  const person = { kind: "person", id: session, user, name: nameOf(row), roles } as const;
  return isSecondFactorDue(row, roles) ? { ...person, only: ["account:own"], secondFactorDue: true } : person;
}

/** An admin whose password alone signs them in. A passkey beside it does not keep a stolen password out. */
export function isSecondFactorDue(user: Pick<UserRow, "password" | "secondFactor">, roles: readonly Role[]): boolean {
  return roles.includes("admin") && user.password && !user.secondFactor;
}

/** A key acts with the present roles of its user, and never beyond its own permissions. */
export async function keyHolder(
  { db, clock, signed }: PrincipalDeps,
  presented: string,
): Promise<Principal | undefined> {
  if (!isKey(presented)) return undefined;
  const now = clock.now();
  const key = await db.selectFrom("api_key").selectAll().where("digest", "=", digestOf(presented)).executeTakeFirst();
  if (key === undefined || key.revoked_at !== null || key.expires_at.getTime() <= now) return undefined;
  const user = await readUser(db, key.user_id);
  if (user === undefined || user.disabledAt !== undefined) return undefined;
  await signed.refuseChanged(db, { user: user.id, key: key.id });
  // To the hour: a key that is used a thousand times a minute causes one write.
  if (key.last_used_at === null || now - key.last_used_at.getTime() >= HOUR) {
    const hour = new Date(now - (now % HOUR));
    await db.updateTable("api_key").set({ last_used_at: hour }).where("id", "=", key.id).execute();
  }
  return {
    kind: "key",
    id: key.id,
    user: user.id,
    name: `${nameOf(user)}, key ${key.name} (${key.prefix})`,
    roles: rolesInForce(user.grants, now),
    only: key.permissions,
  };
}

export function instantOf(date: Date | null): string | undefined {
  return date === null ? undefined : formatInstant(date.getTime());
}
