import type { JsonValue } from "../../model/index.ts";
import { binding, type Claim, type Row } from "../../record/evidence/index.ts";
import type { Db } from "../../platform/storage/index.ts";
import { commitmentTo } from "../secret.ts";
import { timeIn } from "../time-in.ts";

/** The keys of programs: whose they are, what they may do, until when, and who made them. */
export const keyBinding = binding({
  table: "api_key",
  types: ["key-made", "key-revoked"],
  always: true,
  key: ["id"],
  columns: {
    user: ["user_id", "identity_user.email"],
    name: "name",
    prefix: "prefix",
    digest: "digest",
    permissions: "permissions",
    createdAt: "created_at",
    expiresAt: "expires_at",
    revokedAt: "revoked_at",
    maker: "maker",
    madeBy: "made_by",
  },
  needsNone: { last_used_at: "it notes the last use, to the hour; nothing is decided on it" },
  states: (entry): Claim[] => {
    const { key, by, user, name, prefix } = entry.data;
    const known = { user, name, prefix };
    if (entry.type === "key-revoked")
      return [{ row: keyName(key), fields: { ...known, revokedAt: entry.data.revokedAt } }];
    const { permissions, createdAt, expiresAt, digest } = entry.data;
    // Older entries do not say which account made the key, and older rows not who did.
    const made = digest === undefined ? {} : { createdAt, digest, revokedAt: null, maker: by.name, madeBy: by.user };
    return [{ row: keyName(key), fields: { ...known, permissions, expiresAt, ...made } }];
  },
  rows: (db) => keyRows(db),
});

/** All keys, or the one with this id. */
export async function* keyRows(db: Db, key?: string): AsyncGenerator<Row, undefined> {
  const rows = await db
    .selectFrom("api_key as key")
    .innerJoin("identity_user as user", "user.id", "key.user_id")
    .selectAll("key")
    .select("user.email")
    .$if(key !== undefined, (query) => query.where("key.id", "=", key ?? ""))
    .orderBy("key.created_at")
    .execute();
  for (const row of rows) {
    yield {
      row: keyName(row.id),
      fields: {
        user: row.email,
        name: row.name,
        prefix: row.prefix,
        digest: commitmentTo(row.digest),
        permissions: row.permissions,
        createdAt: timeIn(row.created_at),
        expiresAt: timeIn(row.expires_at),
        revokedAt: timeIn(row.revoked_at),
        maker: row.maker,
        madeBy: row.made_by,
      },
    };
  }
}

function keyName(id: string): string {
  return `the key ${id}`;
}

/** One-time links: for whom, until when, who made them, and who used them when. */
export const linkBinding = binding({
  table: "one_time_link",
  types: ["first-admin-link-made", "user-invited", "password-link-made", "user-joined", "password-set"],
  key: ["digest"],
  columns: {
    purpose: "purpose",
    user: ["user_id", "identity_user.email"],
    createdAt: "created_at",
    expiresAt: "expires_at",
    usedAt: "used_at",
    maker: "maker",
    madeBy: "made_by",
    usedBy: "used_by",
  },
  states: (entry): Claim[] => {
    const { link } = entry.data;
    if (link === undefined) return [];
    const about = (of: string, fields: { readonly [name: string]: JsonValue | undefined }): Claim => ({
      row: `the one-time link ${of}`,
      fields,
    });
    if (entry.type === "user-joined" || entry.type === "password-set") {
      const { usedAt, id } = entry.data;
      return [about(link, { usedAt, usedBy: id })];
    }
    const { createdAt, expiresAt, by, replaced = [] } = entry.data;
    const isFirst = entry.type === "first-admin-link-made";
    const purpose = isFirst ? "first-admin" : "set-password";
    const user = isFirst ? null : entry.data.user;
    const made = { purpose, user, createdAt, expiresAt, usedAt: null, maker: by.name, madeBy: by.user, usedBy: null };
    return [...replaced.map((each) => about(each, { usedAt: createdAt })), about(link, made)];
  },
  async *rows(db) {
    const rows = await db
      .selectFrom("one_time_link as link")
      .leftJoin("identity_user as user", "user.id", "link.user_id")
      .selectAll("link")
      .select("user.email")
      .orderBy("link.created_at")
      .execute();
    for (const row of rows) {
      yield {
        row: `the one-time link ${commitmentTo(row.digest)}`,
        fields: {
          purpose: row.purpose,
          user: row.email,
          createdAt: timeIn(row.created_at),
          expiresAt: timeIn(row.expires_at),
          usedAt: timeIn(row.used_at),
          maker: row.maker,
          madeBy: row.made_by,
          usedBy: row.used_by,
        },
      };
    }
  },
});
