// @module-tag long
import { sql } from "kysely";
import { afterAll, beforeAll, expect, it } from "vitest";
import { OPERATOR, openSite, PASSWORD, setUpCodes, type Site } from "../../../test/access.ts";
import { eachDatabase } from "../../../test/databases.ts";
import { contradictionsAfter } from "../../../test/tamper.ts";
import type { Store } from "../../platform/storage/index.ts";
import { recordChange } from "../../record/change/index.ts";
import { compareTables, type Contradiction } from "../../record/evidence/index.ts";
import { commitmentTo } from "../secret.ts";
import { accessBindings } from "./bindings.ts";

const ADA = "(SELECT id FROM identity_user WHERE email = 'ada@example.com')";
const BOB = "(SELECT id FROM identity_user WHERE email = 'bob@example.com')";
const LATER = "'2030-01-01T00:00:00Z'";
const SHA256 = "decode(repeat('ab', 32), 'hex')";

/** For each column that entries bind: another value of it, in one row. */
const CHANGES = {
  identity_user: [
    ["email", "'eve@example.com'", "email = 'ada@example.com'"],
    ["name", "'Eve'", "email = 'ada@example.com'"],
    ["email_verified", "NOT email_verified", "email = 'ada@example.com'"],
    ["person", "NULL", "email = 'ada+2@example.com'"],
    ["disabled_at", "NULL", "email = 'gone@example.com'"],
    ["two_factor_enabled", "NOT two_factor_enabled", "email = 'ada@example.com'"],
  ],
  role_grant: [
    ["user_id", BOB, `user_id = ${ADA} AND role = 'approver'`],
    ["role", "'admin'", `user_id = ${ADA} AND role = 'engineer'`],
    ["valid_from", "NULL", `user_id = ${ADA} AND role = 'engineer'`],
    ["valid_to", LATER, `user_id = ${ADA} AND role = 'engineer'`],
  ],
  api_key: [
    ["id", "'other'", "name = 'ci'"],
    ["user_id", BOB, "name = 'ci'"],
    ["name", "'cd'", "name = 'ci'"],
    ["prefix", "'ptl_123456'", "name = 'ci'"],
    ["digest", SHA256, "name = 'ci'"],
    ["permissions", `'["record:read", "baseline:approve"]'`, "name = 'ci'"],
    ["created_at", LATER, "name = 'ci'"],
    ["expires_at", LATER, "name = 'ci'"],
    ["revoked_at", "NULL", "name = 'old'"],
    ["maker", "'eve'", "name = 'ci'"],
    ["made_by", BOB, "name = 'ci'"],
  ],
  one_time_link: [
    ["digest", SHA256, `user_id = ${ADA} AND used_by IS NOT NULL`],
    ["purpose", "'first-admin', user_id = NULL", `user_id = ${BOB}`],
    ["user_id", BOB, `user_id = ${ADA} AND used_by IS NOT NULL`],
    ["created_at", LATER, `user_id = ${BOB}`],
    ["expires_at", LATER, `user_id = ${BOB}`],
    ["used_at", "NULL", `user_id = ${BOB}`],
    ["maker", "'eve'", `user_id = ${BOB}`],
    ["made_by", ADA, `user_id = ${BOB}`],
    ["used_by", ADA, `user_id = ${BOB}`],
  ],
  identity_account: [
    ["user_id", BOB, `user_id = ${ADA}`],
    ["provider_id", "'sso'", `user_id = ${ADA} AND provider_id = 'credential'`],
    ["account_id", "'eve'", `user_id = ${ADA} AND provider_id = 'credential'`],
    ["account_id", "'eve'", "provider_id = 'sso'"],
    [
      "password",
      `(SELECT password FROM identity_account WHERE user_id = ${BOB})`,
      `user_id = ${ADA} AND provider_id = 'credential'`,
    ],
  ],
  identity_second_factor: [
    ["user_id", BOB, "true"],
    ["secret", "'eve'", "true"],
    ["backup_codes", "'eve'", "true"],
  ],
  identity_passkey: [
    ["id", "'eve'", "true"],
    ["user_id", BOB, "true"],
    ["name", "'eve'", "true"],
    ["public_key", "'eve'", "true"],
    ["credential_id", "'eve'", "true"],
    ["created_at", LATER, "true"],
  ],
} as const;

/** Rows that somebody adds or takes away. */
const ROWS = [
  [
    "role_grant",
    `INSERT INTO role_grant (user_id, role) VALUES (${BOB}, 'admin')`,
    /^the role admin of bob@example.com is in the table, and no entry records it/,
  ],
  ["role_grant", "DELETE FROM role_grant WHERE role = 'approver'", /^the role approver of ada@example.com is missing/],
  [
    "role_grant",
    `INSERT INTO role_grant (user_id, role) VALUES (${ADA}, 'responder')`,
    /^the role responder of ada@example.com is in the table, and entry \d+ says that it ended/,
  ],
  [
    "identity_user",
    "INSERT INTO identity_user (id, email, name) VALUES ('eve', 'eve@example.com', 'Eve')",
    /^the user eve@example.com is in the table, and no entry records it/,
  ],
  ["one_time_link", `DELETE FROM one_time_link WHERE user_id = ${BOB}`, /^the one-time link [0-9a-f]{64} is missing/],
  ["api_key", "DELETE FROM api_key WHERE name = 'old'", /^the key .* is missing/],
] as const;

eachDatabase("users, roles, keys and ways to sign in", (open) => {
  let store: Store;
  let site: Site;

  beforeAll(async () => {
    store = await open();
    site = await openSite(store);
    const { users } = site.identity.people(OPERATOR);
    const { url } = await users.firstAdmin();
    const root = { email: "root@example.com", name: "Root", password: PASSWORD, token: url.split("#")[1] };
    await site.browser().send("POST", "/session/link", root);
    const [from, to] = [0, 9].map((days) => new Date(site.now() + days * 86_400_000).toISOString());
    await site.join("ada@example.com", { role: "engineer", from, to }, "responder");
    await users.setRoles({ id: "ada@example.com", roles: [{ role: "engineer", from, to }, { role: "approver" }] });
    for (const email of ["ada+2@example.com", "bob@example.com", "gone@example.com"])
      await site.join(email, "engineer");
    await users.link({ id: "ada@example.com" });
    await users.link({ id: "ada@example.com" });
    await users.samePerson({ id: "gone@example.com", sameAs: "bob@example.com" });
    await users.ownPerson({ id: "gone@example.com" });
    await users.disable({ id: "gone@example.com" });
    const ada = site.browser();
    await ada.signIn("ada@example.com");
    await setUpCodes(ada);
    for (const name of ["old", "ci"]) await ada.send("POST", "/api/v1/keys", { name, permissions: ["record:read"] });
    const { keys } = (await ada.send("GET", "/api/v1/keys")).body as { keys: { id: string; name: string }[] };
    await ada.send("DELETE", `/api/v1/keys/${keys.find(({ name }) => name === "old")?.id}`);
    await withPasskeyAndSso();
  });
  afterAll(() => site.close());

  /** test/e2e/signing-in.test.ts and sso.db.test.ts record them by the real ceremonies. */
  async function withPasskeyAndSso(): Promise<void> {
    const at = new Date(site.now());
    await recordChange({ store }, at.getTime(), async (change) => {
      const of = { user: "ada@example.com", address: "192.0.2.1" };
      change.append(
        { type: "sso-linked", at: change.at, data: { ...of, provider: "sso", subject: "ada" } },
        {
          type: "passkey-changed",
          at: change.at,
          data: {
            ...of,
            change: "added",
            passkey: "p1",
            name: "laptop",
            credential: commitmentTo("credential"),
            publicKey: commitmentTo("key"),
            createdAt: at.toISOString(),
          },
        },
      );
      await sql
        .raw(`INSERT INTO identity_account (id, user_id, provider_id, account_id) VALUES ('s1', ${ADA}, 'sso', 'ada')`)
        .execute(change.tx);
      await sql
        .raw(
          `INSERT INTO identity_passkey (id, user_id, name, public_key, credential_id, counter, device_type, backed_up, created_at)
           VALUES ('p1', ${ADA}, 'laptop', 'key', 'credential', 0, 'singleDevice', false, '${at.toISOString()}')`,
        )
        .execute(change.tx);
    });
  }

  const after = (statement: string): Promise<readonly Contradiction[]> =>
    contradictionsAfter(store, accessBindings, statement);

  it("agree with the log, each table with rows", async () => {
    const { contradictions, compared } = await compareTables(store.db, accessBindings);
    expect(contradictions).toEqual([]);
    expect(compared.filter(({ rows }) => rows === 0)).toEqual([]);
  });

  it("have a change of each column that entries bind", () => {
    for (const [table, changes] of Object.entries(CHANGES)) {
      const bound = accessBindings.filter((each) => each.table === table);
      const columns = bound.flatMap(({ key, columns: of }) => [...key, ...Object.values(of).flat()]);
      const own = new Set(columns.filter((column) => !column.includes(".")));
      // The id of a user is what other tables refer to: the database keeps it.
      own.delete(table === "identity_user" ? "id" : "");
      expect(new Set(changes.map(([column]) => column)), table).toEqual(own);
    }
    expect(Object.keys(CHANGES).sort()).toEqual([...new Set(accessBindings.map(({ table }) => table))].sort());
  });

  it.each(Object.entries(CHANGES).flatMap(([table, changes]) => changes.map((change) => [table, ...change] as const)))(
    "name a changed %s.%s: %s where %s",
    async (table, column, value, where) => {
      const found = await after(`UPDATE ${table} SET ${column} = ${value} WHERE ${where}`);
      const named = found.filter((each) => each.table === table);
      expect(named.length).toBeGreaterThan(0);
      expect(named.some((each) => each.column === undefined || each.column.split(", ").includes(column))).toBe(true);
    },
  );

  it.each(ROWS)(
    "name a row that entries do not know, and one that they do: %s, %s",
    async (table, statement, problem) => {
      const named = (await after(statement)).filter((each) => each.table === table);
      expect(named.map((each) => each.problem)).toContainEqual(expect.stringMatching(problem));
    },
  );
});
