// @module-tag long
import { afterEach, beforeEach, expect, it } from "vitest";
import { eachDatabase } from "../../../test/databases.ts";
import { hashIn, openDeciding, yamlOf, type Deciding } from "../../../test/deciding.ts";
import { setUpCodes, type Answer, type Browser } from "../../../test/access.ts";
import { tamper } from "../../../test/tamper.ts";
import type { Store } from "../../platform/storage/index.ts";

const DAY = 24 * 60 * 60_000;
const idOf = (name: string): string => `(SELECT id FROM identity_user WHERE email = '${name}@example.com')`;

eachDatabase("a user who contradicts the evidence log", (open) => {
  let store: Store;
  let site: Deciding;
  let eve: Browser;
  let ann: Browser;

  beforeEach(async () => {
    store = await open();
    site = await openDeciding(store);
    await site.join("eve@example.com", "engineer");
    await site.join("ann@example.com", "approver");
    site.pass(2 * DAY);
    [eve, ann] = [await site.as("eve@example.com"), await site.as("ann@example.com")];
  });
  afterEach(() => site.close());

  function refused({ status, body }: Answer, problem: RegExp, table: string): void {
    expect([status, body["code"], body["place"]]).toEqual([500, "evidence-broken", `table ${table}`]);
    expect(body["detail"]).toMatch(problem);
    expect(body["next"]).toMatch(/^Run portolan evidence verify --answers/);
  }
  const types = async () => (await site.entries()).map(({ type }) => type);

  it.each([
    [
      "a role that nobody gave",
      `INSERT INTO role_grant (user_id, role) VALUES (${idOf("eve")}, 'approver')`,
      /: the role approver of eve@example.com is in the table, and no entry records it\./,
      "role_grant",
    ],
    [
      "a role for longer",
      `UPDATE role_grant SET valid_from = '2020-01-01' WHERE user_id = ${idOf("eve")}`,
      /: the role engineer of eve@example.com has from "2020/,
      "role_grant",
    ],
    [
      "another person's account",
      `UPDATE identity_user SET person = ${idOf("ann")} WHERE id = ${idOf("eve")}`,
      /: the user eve@example.com has person /,
      "identity_user",
    ],
    [
      "an entry about roles that was altered",
      `UPDATE evidence_entry SET body = replace(body, 'engineer', 'approver') WHERE type = 'user-invited'`,
      /: entry \d+, which states rows of identity_user, role_grant, .*, was altered\./,
      "evidence_entry",
    ],
  ])("decides nothing in a session: %s", async (_what, statement, problem, table) => {
    expect((await eve.send("GET", "/api/v1/status")).status).toBe(200);
    await tamper(store, statement);
    refused(await site.submit(eve, yamlOf(22)), problem, table);
    expect(await types()).not.toContain("baseline-proposed");
  });

  it("decides nothing with a key whose permissions were changed", async () => {
    const made = await eve.send("POST", "/api/v1/keys", { name: "ci", permissions: ["record:read"], days: 30 });
    const bearer = { authorization: `Bearer ${String(made.body["secret"])}` };
    const program = site.browser();
    expect((await program.send("GET", "/api/v1/status", undefined, bearer)).status).toBe(200);
    await tamper(store, `UPDATE api_key SET permissions = '["record:read", "baseline:propose"]'`);
    const answer = await program.send("GET", "/api/v1/status", undefined, bearer);
    refused(answer, /: the key .* has permissions /, "api_key");
  });

  it("cannot sign in with a password whose hash was swapped", async () => {
    const swapped = `(SELECT password FROM identity_account WHERE user_id = ${idOf("eve")})`;
    await tamper(store, `UPDATE identity_account SET password = ${swapped} WHERE user_id = ${idOf("ann")}`);
    const problem = /: the sign-in of ann@example.com by credential as .* has password /;
    const before = await types();
    refused(await site.browser().signIn("ann@example.com"), problem, "identity_account");
    expect(await types()).toEqual(before);
  });

  it("cannot sign in without the authenticator app that somebody turned off", async () => {
    await setUpCodes(ann);
    await tamper(store, `UPDATE identity_user SET two_factor_enabled = false WHERE id = ${idOf("ann")}`);
    const problem = /: the user ann@example.com has secondFactor false, and entry \d+ says true\./;
    refused(await site.browser().signIn("ann@example.com"), problem, "identity_user");
  });

  it.each([
    ["a link that was used", "DELETE FROM one_time_link WHERE used_by = ?", /: the one-time link [0-9a-f]+ is missing/],
    ["who made a link", "UPDATE one_time_link SET maker = 'ann', made_by = ? WHERE used_by = ?", /has maker "ann"/],
  ])("approves nothing: %s, which tells persons apart", async (_what, statement, problem) => {
    const proposal = hashIn(await site.submit(eve, yamlOf(22)));
    await tamper(store, statement.replaceAll("?", idOf("eve")));
    refused(await site.approve(ann, proposal), problem, "one_time_link");
    expect(await types()).not.toContain("baseline-approved");
  });

  it("approves where nothing was changed", async () => {
    const proposal = hashIn(await site.submit(eve, yamlOf(22)));
    expect((await site.approve(ann, proposal)).status).toBe(200);
  });
});
