import type { Db } from "../../platform/storage/index.ts";
import { binding, type Claim, type Row } from "../../record/evidence/index.ts";
import { commitmentTo } from "../secret.ts";
import { timeIn } from "../time-in.ts";

const TOKENS = "a token of the provider, encrypted: signing in gets a new one, and nothing is decided on it";
const ACCOUNT_NEEDS_NONE = {
  id: "nothing refers to it",
  access_token: TOKENS,
  refresh_token: TOKENS,
  id_token: TOKENS,
  access_token_expires_at: TOKENS,
  refresh_token_expires_at: TOKENS,
  scope: TOKENS,
  created_at: "no answer reads it",
  updated_at: "no answer reads it",
};
const CREDENTIAL = "credential";

/** Passwords, each by a commitment to its hash: somebody who swaps one takes the account over. */
export const passwordBinding = binding({
  table: "identity_account",
  types: ["user-joined", "password-set"],
  key: ["user_id", "identity_user.email", "provider_id", "account_id"],
  columns: { password: "password" },
  needsNone: ACCOUNT_NEEDS_NONE,
  states: ({ data: { user, id, password } }) => [passwordClaim(user, id, password)].flat(),
  rows: (db) => accountRows(db, true),
});

/** The names of users at the provider of single sign-on. */
export const ssoBinding = binding({
  table: "identity_account",
  types: ["sso-linked"],
  key: ["user_id", "identity_user.email", "provider_id", "account_id"],
  columns: { password: "password" },
  states: ({ data: { user, provider, subject } }) =>
    subject === undefined ? [] : [{ row: accountName(user, provider, subject), fields: { password: null } }],
  rows: (db) => accountRows(db, false),
});

/** The account of a password is named by the id of its user; older entries do not state that. */
function passwordClaim(user: string, id: string | undefined, password: string | undefined): Claim[] {
  return id === undefined ? [] : [{ row: accountName(user, CREDENTIAL, id), fields: { password } }];
}

/** Passwords, or else links to a provider; of all users, or of the one with this id. */
export async function* accountRows(db: Db, passwords: boolean, user?: string): AsyncGenerator<Row, undefined> {
  const rows = await db
    .selectFrom("identity_account as account")
    .innerJoin("identity_user as user", "user.id", "account.user_id")
    .select(["email", "provider_id", "account_id", "password"])
    .where("provider_id", passwords ? "=" : "<>", CREDENTIAL)
    .$if(user !== undefined, (query) => query.where("user_id", "=", user ?? ""))
    .orderBy("email")
    .execute();
  for (const { email, provider_id: provider, account_id: subject, password } of rows) {
    yield {
      row: accountName(email, provider, subject),
      fields: { password: password === null ? null : commitmentTo(password) },
    };
  }
}

function accountName(user: string, provider: string, subject: string): string {
  return `the sign-in of ${user} by ${provider} as ${subject}`;
}

/** Authenticator apps, by commitments to what is stored of them, encrypted. Those being set up are not bound yet. */
export const secondFactorBinding = binding({
  table: "identity_second_factor",
  types: ["second-factor-changed"],
  key: ["user_id", "identity_user.email"],
  columns: { secret: "secret", recoveryCodes: "backup_codes" },
  needsNone: {
    id: "nothing refers to it",
    verified: "it is false until the first code is confirmed: until then, codes sign nobody in",
    failed_verification_count: "it counts wrong codes since the last right one",
    locked_until: "it slows down the guessing of codes, for minutes",
  },
  states: ({ data: { user, change, secret, recoveryCodes } }): Claim[] => {
    const row = secondFactorName(user);
    return [change === "codes ended" ? { row, fields: "gone" } : { row, fields: { secret, recoveryCodes } }];
  },
  rows: (db) => secondFactorRows(db),
});

export async function* secondFactorRows(db: Db, user?: string): AsyncGenerator<Row, undefined> {
  const rows = await db
    .selectFrom("identity_second_factor as factor")
    .innerJoin("identity_user as user", "user.id", "factor.user_id")
    .select(["email", "secret", "backup_codes"])
    .where("two_factor_enabled", "=", true)
    .$if(user !== undefined, (query) => query.where("user_id", "=", user ?? ""))
    .orderBy("email")
    .execute();
  for (const { email, secret, backup_codes: codes } of rows) {
    yield {
      row: secondFactorName(email),
      fields: { secret: commitmentTo(secret), recoveryCodes: commitmentTo(codes) },
    };
  }
}

function secondFactorName(user: string): string {
  return `the authenticator app of ${user}`;
}

const DESCRIPTION = "it describes the authenticator; nothing is decided on it";

/** Passkeys, by commitments to their public keys. */
export const passkeyBinding = binding({
  table: "identity_passkey",
  types: ["passkey-changed"],
  key: ["id"],
  columns: {
    user: ["user_id", "identity_user.email"],
    name: "name",
    publicKey: "public_key",
    credential: "credential_id",
    createdAt: "created_at",
  },
  needsNone: {
    counter: "the authenticator raises it at each use, which is an entry",
    device_type: DESCRIPTION,
    backed_up: DESCRIPTION,
    transports: DESCRIPTION,
    aaguid: DESCRIPTION,
  },
  states: ({ data: { user, change, passkey, name, publicKey, credential, createdAt } }): Claim[] => {
    if (passkey === undefined) return [];
    const row = passkeyName(passkey);
    return [
      change === "removed"
        ? { row, fields: "gone" }
        : { row, fields: { user, name, publicKey, credential, createdAt } },
    ];
  },
  rows: (db) => passkeyRows(db),
});

export async function* passkeyRows(db: Db, user?: string): AsyncGenerator<Row, undefined> {
  const rows = await db
    .selectFrom("identity_passkey as passkey")
    .innerJoin("identity_user as user", "user.id", "passkey.user_id")
    .select(["passkey.id", "passkey.name", "public_key", "credential_id", "passkey.created_at", "email"])
    .$if(user !== undefined, (query) => query.where("user_id", "=", user ?? ""))
    .orderBy("passkey.id")
    .execute();
  for (const row of rows) {
    yield {
      row: passkeyName(row.id),
      fields: {
        user: row.email,
        name: row.name,
        publicKey: commitmentTo(row.public_key),
        credential: commitmentTo(row.credential_id),
        createdAt: timeIn(row.created_at),
      },
    };
  }
}

function passkeyName(id: string): string {
  return `the passkey ${id}`;
}
