import { afterAll, beforeAll, expect, it } from "vitest";
import { eachDatabase } from "../../../test/databases.ts";
import { fakeOperations } from "../../../test/fakes/operations.ts";
import { codeAt, openSite, OPERATOR, PASSWORD, setUpCodes, TOKEN, type Site } from "../../../test/access.ts";

eachDatabase("identity", (open) => {
  const operations = fakeOperations();
  let site: Site;
  beforeAll(async () => {
    site = await openSite(await open(), { operations });
  });
  afterAll(() => site.close());

  const asOperator = () => site.identity.people(OPERATOR).users;
  const typesOf = async (type: string) => (await site.entries()).filter((entry) => entry.type === type);

  it("creates the first admin by a link that works once, and no second one", async () => {
    const browser = site.browser();
    expect((await browser.send("GET", "/session/state")).body).toEqual({ firstAdmin: true });
    const older = await site.identity.people(OPERATOR).users.firstAdmin();
    const { url } = await site.identity.people(OPERATOR).users.firstAdmin();
    const form = { email: "Root@Example.com", name: "Root", password: PASSWORD };
    const use = (link: string) => browser.send("POST", "/session/link", { ...form, token: link.split("#")[1] });
    expect((await use(older.url)).status).toBe(403);
    expect((await browser.send("POST", "/session/link", { token: "x".repeat(43), password: PASSWORD })).status).toBe(
      403,
    );
    expect(await use(url)).toMatchObject({ status: 200, body: { email: "root@example.com" } });
    expect((await use(url)).status).toBe(403);
    await expect(site.identity.people(OPERATOR).users.firstAdmin()).rejects.toMatchObject({ code: "conflict" });
    expect((await browser.signIn("root@example.com")).body).toEqual({ next: "done" });
    expect((await browser.send("GET", "/api/v1/users")).status).toBe(200);
    expect(JSON.stringify(await site.entries())).not.toContain(url.split("#")[1]);
  });

  it("signs in with a password, and signs out", async () => {
    await site.join("ada@example.com", "engineer");
    const browser = site.browser();
    expect((await browser.signIn("ada@example.com", "wrong password")).status).toBe(401);
    expect((await browser.send("GET", "/api/v1/status")).status).toBe(401);
    const answer = await browser.signIn("ada@example.com");
    expect(answer.status).toBe(200);
    expect(String(answer.headers["set-cookie"])).toMatch(/HttpOnly; SameSite=Lax/);
    expect((await browser.send("GET", "/api/v1/status")).status).toBe(200);
    expect((await browser.send("GET", "/api/v1/users")).status).toBe(403);
    const held = [...browser.cookies];
    expect((await browser.send("DELETE", "/session")).status).toBe(200);
    for (const [name, value] of held) browser.cookies.set(name, value);
    expect((await browser.send("GET", "/api/v1/status")).status).toBe(401);
    expect(await typesOf("signed-out")).toMatchObject([{ data: { by: "ada <ada@example.com>" } }]);
  });

  it("requires a code after one is set up, and accepts a recovery code once", async () => {
    await site.join("codes@example.com", "engineer");
    const browser = site.browser();
    await browser.signIn("codes@example.com");
    const before = await typesOf("signed-in");
    const begun = await browser.send("POST", "/session/codes", { password: PASSWORD });
    expect(begun.body["image"]).toMatch(/^<svg /);
    const uri = String(begun.body["uri"]);
    const recovery = begun.body["recoveryCodes"] as string[];
    expect((await browser.send("POST", "/session/codes/confirmation", { code: codeAt(uri, 0) })).status).toBe(400);
    expect((await browser.send("POST", "/session/codes/confirmation", { code: codeAt(uri, Date.now()) })).status).toBe(
      200,
    );

    const other = site.browser();
    expect((await other.signIn("codes@example.com")).body).toEqual({ next: "code" });
    expect((await other.send("GET", "/api/v1/status")).status).toBe(401);
    expect(await typesOf("signed-in")).toHaveLength(before.length);
    expect((await other.send("POST", "/session/code", { code: "000000" })).status).toBe(401);
    expect((await other.send("POST", "/session/code", { code: codeAt(uri, Date.now()) })).status).toBe(200);
    expect((await other.send("GET", "/api/v1/status")).status).toBe(200);

    for (const status of [200, 401]) {
      const third = site.browser();
      await third.signIn("codes@example.com");
      expect((await third.send("POST", "/session/code", { code: recovery[0], recovery: true })).status).toBe(status);
    }
    expect((await typesOf("signed-in")).slice(before.length).map(({ data }) => data["method"])).toEqual([
      "code",
      "recovery-code",
    ]);
    const changed = (await typesOf("second-factor-changed")).filter(({ data }) => data["user"] === "codes@example.com");
    expect(changed.map(({ data }) => data["change"])).toEqual(["codes set up", "recovery code used"]);
    const log = JSON.stringify(await site.entries());
    for (const secret of [...recovery, PASSWORD, new URL(uri).searchParams.get("secret") ?? "?"]) {
      expect(log).not.toContain(secret);
    }
  });

  it("lets an admin do nothing before a second factor is set up, and everything after", async () => {
    await site.join("careful@example.com", "admin", "engineer");
    const browser = site.browser();
    await browser.send("POST", "/session", { email: "careful@example.com", password: PASSWORD });
    for (const [method, path] of [
      ["GET", "/api/v1/status"],
      ["GET", "/api/v1/users"],
      ["POST", "/api/v1/sweeps"],
    ] as const) {
      const refused = await browser.send(method, path, method === "POST" ? {} : undefined);
      expect([path, refused.status, refused.body["next"]]).toEqual([path, 403, expect.stringContaining("/account")]);
    }
    expect((await browser.send("GET", "/session/account")).body).toMatchObject({ secondFactorDue: true });
    await setUpCodes(browser);
    expect((await browser.send("GET", "/session/account")).body).toMatchObject({ secondFactorDue: false });
    expect((await browser.send("GET", "/api/v1/users")).status).toBe(200);
    await asOperator().setRoles({ id: "careful@example.com", roles: [] });
    await site.join("hurried@example.com", "engineer");
    const engineer = site.browser();
    await engineer.send("POST", "/session", { email: "hurried@example.com", password: PASSWORD });
    expect((await engineer.send("GET", "/api/v1/status")).status).toBe(200);
  });

  it("leaves the keys of an admin without a second factor alone", async () => {
    await site.join("program@example.com", "admin");
    const { secret } = await site.identity
      .people(OPERATOR)
      .keys.make({ user: "program@example.com", name: "ci", permissions: ["record:read"], days: 1 });
    const bearer = { authorization: `Bearer ${secret}` };
    expect((await site.browser().send("GET", "/api/v1/status", undefined, bearer)).status).toBe(200);
    await asOperator().setRoles({ id: "program@example.com", roles: [] });
  });

  it("refuses passwords that are easy to guess, and keeps the link open", async () => {
    const { url } = await site.identity
      .people(OPERATOR)
      .users.invite({ email: "lovelace@example.com", name: "Ada Lovelace", roles: [{ role: "engineer" }] });
    const token = url.split("#")[1];
    const use = (password: string) => site.browser().send("POST", "/session/link", { token, password });
    for (const password of ["aaaaaaaaaaaa", "Password1234", "Ada-Lovelace-1815"]) {
      const refused = await use(password);
      expect([password, refused.status, refused.body["detail"]]).toEqual([
        password,
        400,
        expect.stringContaining("easy to guess"),
      ]);
    }
    expect((await use(PASSWORD)).status).toBe(200);
  });

  it("says what a link is for while it works, and what to do when it does not", async () => {
    const { url } = await site.identity
      .people(OPERATOR)
      .users.invite({ email: "invited@example.com", name: "Invited", roles: [] });
    const token = url.split("#")[1];
    const state = () => site.browser().send("POST", "/session/link/state", { token });
    expect((await state()).body).toEqual({ firstAdmin: false, email: "invited@example.com", name: "Invited" });
    await site.browser().send("POST", "/session/link", { token, password: PASSWORD });
    const spent = await state();
    expect([spent.status, spent.body["next"]]).toEqual([403, expect.stringContaining("users link")]);
  });

  it("ends a session elsewhere at once", async () => {
    await site.join("two@example.com", "engineer");
    const [here, there] = [site.browser(), site.browser("192.0.2.9")];
    await here.signIn("two@example.com");
    await there.signIn("two@example.com");
    const { sessions } = (await here.send("GET", "/api/v1/sessions")).body as {
      sessions: { id: string; current: boolean; address: string }[];
    };
    expect(sessions).toHaveLength(2);
    const elsewhere = sessions.find(({ current }) => !current);
    expect(elsewhere?.address).toBe("192.0.2.9");
    expect((await there.send("GET", "/api/v1/status")).status).toBe(200);
    expect((await here.send("DELETE", `/api/v1/sessions/${elsewhere?.id}`)).status).toBe(200);
    expect((await there.send("GET", "/api/v1/status")).status).toBe(401);
    expect((await here.send("GET", "/api/v1/status")).status).toBe(200);
  });

  it("makes keys that can do only what they were issued for, and stop at once", async () => {
    await site.join("keys@example.com", "engineer");
    const browser = site.browser();
    await browser.signIn("keys@example.com");
    const beyond = await browser.send("POST", "/api/v1/keys", { name: "ci", permissions: ["baseline:approve"] });
    expect(beyond.status).toBe(403);
    const made = await browser.send("POST", "/api/v1/keys", { name: "ci", permissions: ["record:read"], days: 30 });
    const { secret, key } = made.body as { secret: string; key: { id: string } };
    const program = site.browser();
    const bearer = { authorization: `Bearer ${secret}` };
    const status = async (method: string, path: string) => (await program.send(method, path, undefined, bearer)).status;
    expect(await status("GET", "/api/v1/status")).toBe(200);
    expect(await status("POST", "/api/v1/baseline/proposals")).toBe(403);
    expect(await status("GET", "/api/v1/keys")).toBe(403);
    const listed = await browser.send("GET", "/api/v1/keys");
    expect(JSON.stringify(listed.body)).not.toContain(secret);
    expect(JSON.stringify(await site.entries())).not.toContain(secret);
    expect((await browser.send("DELETE", `/api/v1/keys/${key.id}`)).status).toBe(200);
    expect(await status("GET", "/api/v1/status")).toBe(401);

    const again = await browser.send("POST", "/api/v1/keys", { name: "ci", permissions: ["record:read"], days: 1 });
    bearer.authorization = `Bearer ${String(again.body["secret"])}`;
    expect(await status("GET", "/api/v1/status")).toBe(200);
    await site.identity.people(OPERATOR).users.disable({ id: "keys@example.com" });
    expect(await status("GET", "/api/v1/status")).toBe(401);
    expect((await browser.send("GET", "/api/v1/status")).status).toBe(401);
    expect((await browser.signIn("keys@example.com")).status).toBe(401);
    await site.identity.people(OPERATOR).users.enable({ id: "keys@example.com" });
    expect(await status("GET", "/api/v1/status")).toBe(200);
    site.pass(2 * 86_400_000);
    expect(await status("GET", "/api/v1/status")).toBe(401);
  });

  it("lets a link expire", async () => {
    const { url } = await site.identity
      .people(OPERATOR)
      .users.invite({ email: "late@example.com", name: "Late", roles: [{ role: "engineer" }] });
    site.pass(4 * 86_400_000);
    const late = await site.browser().send("POST", "/session/link", { token: url.split("#")[1], password: PASSWORD });
    expect(late.status).toBe(403);
  });

  it("shows an auditor nothing before their first and after their last day, and records each read of evidence", async () => {
    const day = 86_400_000;
    const [from, to] = [site.now() + day, site.now() + 2 * day].map((at) => new Date(at).toISOString());
    await expect(
      site.identity.people(OPERATOR).users.invite({ email: "x@example.com", name: "X", roles: [{ role: "auditor" }] }),
    ).rejects.toMatchObject({ code: "config-invalid" });
    await site.join("auditor@example.com", { role: "auditor", from, to });
    const browser = site.browser();
    const read = async () => {
      await browser.signIn("auditor@example.com");
      return [
        (await browser.send("GET", "/api/v1/status")).status,
        (await browser.send("GET", "/api/v1/evidence/verify")).status,
      ];
    };
    expect(await read()).toEqual([403, 403]);
    site.pass(1.5 * day);
    expect(await read()).toEqual([200, 200]);
    expect(await typesOf("evidence-read")).toMatchObject([
      { data: { by: "auditor <auditor@example.com>", what: "GET /api/v1/evidence/verify", address: "192.0.2.1" } },
    ]);
    site.pass(day);
    expect(await read()).toEqual([403, 403]);
  });

  it("records a read of the whole record and an export like one of the log", async () => {
    await site.join("reader@example.com", "admin");
    const browser = site.browser();
    await browser.signIn("reader@example.com");
    for (const path of ["/api/v1/backup", "/api/v1/findings/export?format=csv", "/api/v1/evidence/checkpoints"]) {
      await browser.send("GET", path);
    }
    const reads = (await typesOf("evidence-read")).map(({ data }) => data as Readonly<Record<string, string>>);
    expect(reads.slice(-3)).toMatchObject([
      { by: "reader <reader@example.com>", what: "GET /api/v1/backup", address: "192.0.2.1" },
      { what: "GET /api/v1/findings/export", address: "192.0.2.1" },
      { what: "GET /api/v1/evidence/checkpoints", address: "192.0.2.1" },
    ]);
    await site.identity.people(OPERATOR).users.disable({ id: "reader@example.com" });
  });

  it("records who changed roles, lets nobody change their own, and keeps an admin", async () => {
    await site.join("chief@example.com", "admin");
    const chief = site.browser();
    await chief.signIn("chief@example.com");
    const rolesOf = (email: string, ...roles: string[]) =>
      chief.send("PUT", `/api/v1/users/${email}/roles`, { roles: roles.map((role) => ({ role })) });
    expect((await rolesOf("chief@example.com", "admin", "approver")).status).toBe(403);
    expect((await rolesOf("ada@example.com", "approver")).status).toBe(200);
    expect((await typesOf("roles-changed")).at(-1)?.data).toMatchObject({
      user: "ada@example.com",
      before: [{ role: "engineer" }],
      after: [{ role: "approver" }],
      by: { name: "chief <chief@example.com>", kind: "person" },
    });
    await site.identity.people(OPERATOR).users.setRoles({ id: "root@example.com", roles: [] });
    await expect(
      site.identity.people(OPERATOR).users.setRoles({ id: "chief@example.com", roles: [] }),
    ).rejects.toMatchObject({
      code: "conflict",
    });
  });

  it("refuses requests from a page of another site", async () => {
    const browser = site.browser();
    const foreign = { origin: "https://evil.example" };
    const credentials = { email: "two@example.com", password: PASSWORD };
    expect((await browser.send("POST", "/session", credentials, foreign)).status).toBe(403);
    await browser.signIn("two@example.com");
    expect((await browser.send("DELETE", "/session", undefined, foreign)).status).toBe(403);
    expect((await browser.send("DELETE", "/session", undefined, { origin: "" })).status).toBe(403);
    expect((await browser.send("GET", "/api/v1/status", undefined, foreign)).status).toBe(200);
  });

  it("counts refusals instead of recording each when there are many", async () => {
    const before = (await site.entries()).length;
    for (let attempt = 0; attempt < 100; attempt += 1) {
      await site.browser(`198.51.100.${attempt}`).signIn("two@example.com", `guess number ${attempt}`);
    }
    expect((await site.entries()).length - before).toBeLessThanOrEqual(21);
    await site.identity.close();
    const counted = (await typesOf("refusals-counted")).at(-1);
    expect(counted?.data["count"]).toBeGreaterThanOrEqual(79);
  });

  it("names the signed-in user as the requester, whatever name the request gives", async () => {
    await site.join("runner@example.com", "admin");
    const browser = site.browser();
    await browser.signIn("runner@example.com");
    const file = { "content-type": "application/octet-stream" };
    const invitation = { name: "db-1", validFor: 3_600_000, requestedBy: "Somebody Else" };
    await browser.send("POST", "/api/v1/imports?file=x.xml&vantage=outside&requestedBy=Else", "<nmaprun/>", file);
    await browser.send("POST", "/api/v1/sensors/invitations", invitation);
    await browser.send("POST", "/api/v1/sensors/invitations", invitation, { authorization: `Bearer ${TOKEN}` });
    const named = operations.calls.flatMap(({ argument }) => (argument as { requestedBy?: string })?.requestedBy ?? []);
    const runner = "runner <runner@example.com>";
    expect(named).toEqual([runner, runner, "Somebody Else"]);
  });

  it("records the signed-in user as the approver, and nobody else", async () => {
    await site.join("approver@example.com", "approver");
    const browser = site.browser();
    await browser.signIn("approver@example.com");
    const body = { document: "x", file: "x", approvedBy: "Somebody Else" };
    for (const headers of [{}, { authorization: `Bearer ${TOKEN}` }]) {
      expect((await browser.send("POST", "/api/v1/baseline/approvals", body, headers)).status).toBe(200);
    }
    const approvals = operations.calls.filter(({ operation }) => operation === "baseline.approve");
    expect(approvals.map(({ argument }) => (argument as { approvedBy: string }).approvedBy)).toEqual([
      "approver <approver@example.com>",
      "Somebody Else",
    ]);
  });
});
