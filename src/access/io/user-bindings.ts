import { ROLES, type JsonValue, type Role } from "../../model/index.ts";
import { binding, type Claim, type Row } from "../../record/evidence/index.ts";
import type { Db } from "../../platform/storage/index.ts";
import { timeIn } from "../time-in.ts";

/** Who the users are: their accounts, whose they are, and whether they may sign in. */
export const userBinding = binding({
  table: "identity_user",
  types: ["user-invited", "user-joined", "user-disabled", "user-enabled", "person-changed", "second-factor-changed"],
  always: true,
  key: ["email"],
  columns: {
    id: "id",
    name: "name",
    emailVerified: "email_verified",
    person: "person",
    disabledAt: "disabled_at",
    secondFactor: "two_factor_enabled",
  },
  needsNone: {
    image: "no part of Portolan reads or writes it",
    created_at: "it orders the accounts of a person, and which person that is has entries of its own",
    updated_at: "no answer reads it",
  },
  states: (entry): Claim[] => {
    const about = (user: string, fields: { readonly [name: string]: JsonValue | undefined }): Claim[] => [
      { row: userName(user), fields },
    ];
    switch (entry.type) {
      case "user-invited": {
        const { user, name, id, person } = entry.data;
        // An entry from before does not name the account, and was not written with the time at which it is disabled.
        const begins = id === undefined ? {} : { id, person, disabledAt: null, secondFactor: false };
        return about(user, { name, emailVerified: true, ...begins });
      }
      case "user-joined": {
        const { user, name, id, roles } = entry.data;
        const begins =
          id === undefined || roles === undefined ? {} : { person: null, disabledAt: null, secondFactor: false };
        return about(user, { name, emailVerified: true, id, ...begins });
      }
      case "user-disabled":
        return about(entry.data.user, { disabledAt: entry.data.disabledAt });
      case "user-enabled":
        return about(entry.data.user, { disabledAt: null });
      case "person-changed":
        return Object.entries(entry.data.persons ?? {}).flatMap(([user, person]) => about(user, { person }));
      case "second-factor-changed":
        return about(entry.data.user, { secondFactor: entry.data.change !== "codes ended" });
    }
  },
  rows: (db) => userRows(db),
});

/** All users, or the one with this id. */
export async function* userRows(db: Db, user?: string): AsyncGenerator<Row, undefined> {
  const rows = await db
    .selectFrom("identity_user")
    .select(["id", "email", "name", "email_verified", "person", "disabled_at", "two_factor_enabled"])
    .$if(user !== undefined, (query) => query.where("id", "=", user ?? ""))
    .orderBy("email")
    .execute();
  for (const row of rows) {
    yield {
      row: userName(row.email),
      fields: {
        id: row.id,
        name: row.name,
        emailVerified: row.email_verified,
        person: row.person,
        disabledAt: timeIn(row.disabled_at),
        secondFactor: row.two_factor_enabled,
      },
    };
  }
}

function userName(email: string): string {
  return `the user ${email}`;
}

/** The roles of the users, each from its first to its last instant. */
export const roleBinding = binding({
  table: "role_grant",
  types: ["user-invited", "user-joined", "roles-changed"],
  always: true,
  key: ["user_id", "identity_user.email", "role"],
  columns: { from: "valid_from", to: "valid_to" },
  states: (entry): Claim[] => {
    switch (entry.type) {
      case "user-invited":
        return grantsIn(entry.data.roles).map((grant) => roleClaim(entry.data.user, grant));
      case "user-joined":
        return (entry.data.roles ?? []).map((role) => roleClaim(entry.data.user, { role }));
      case "roles-changed": {
        const granted = grantsIn(entry.data.after);
        const ended = ROLES.filter((role) => granted.every((grant) => grant.role !== role));
        return [
          ...ended.map((role): Claim => ({ row: roleName(entry.data.user, role), fields: "gone" })),
          ...granted.map((grant) => roleClaim(entry.data.user, grant)),
        ];
      }
    }
  },
  rows: (db) => roleRows(db),
});

/** All roles, or those of the user with this id. */
export async function* roleRows(db: Db, user?: string): AsyncGenerator<Row, undefined> {
  const rows = await db
    .selectFrom("role_grant")
    .innerJoin("identity_user", "identity_user.id", "role_grant.user_id")
    .select(["email", "role", "valid_from", "valid_to"])
    .$if(user !== undefined, (query) => query.where("user_id", "=", user ?? ""))
    .orderBy("email")
    .orderBy("role")
    .execute();
  for (const { email, role, valid_from: from, valid_to: to } of rows) {
    yield { row: roleName(email, role), fields: { from: timeIn(from), to: timeIn(to) } };
  }
}

type Grant = { readonly role: Role; readonly from?: string; readonly to?: string };

/** Roles as `grantsData` writes them. */
function grantsIn(roles: JsonValue): readonly Grant[] {
  return roles as unknown as readonly Grant[];
}

function roleClaim(
  user: string,
  { role, from = null, to = null }: Grant | { role: string; from?: null; to?: null },
): Claim {
  return { row: roleName(user, role), fields: { from, to } };
}

function roleName(user: string, role: string): string {
  return `the role ${role} of ${user}`;
}
