import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { codeAt, PASSWORD, TOKEN, type Answer, type Browser } from "../../../test/access.ts";
import { eachDatabase } from "../../../test/databases.ts";
import { hashIn, openDeciding, yamlOf, type Deciding } from "../../../test/deciding.ts";

const DAY = 24 * 60 * 60_000;
const OPERATOR = { authorization: `Bearer ${TOKEN}` };

/** A refused request, and what its next step leads to. */
interface Case {
  /** What the server says to do next. */
  readonly next: RegExp;
  readonly refused: (site: Deciding) => Promise<Answer>;
  /** Does what the next step says, once for each way that it names; the last request of each way is answered. */
  readonly followed: readonly ((site: Deciding, refusal: Answer) => Promise<Answer>)[];
}

const asOperator = (site: Deciding, method: string, path: string, body?: unknown) =>
  site.browser().send(method, path, body, OPERATOR);
const as = async (site: Deciding, who: string, ...request: Parameters<Browser["send"]>) =>
  await (await site.as(`${who}@example.com`)).send(...request);
const use = (site: Deciding, link: Answer, form: object = {}) =>
  site
    .browser()
    .send("POST", "/session/link", { ...form, token: String(link.body["url"]).split("#")[1], password: PASSWORD });
const roles = (...named: string[]) => ({ roles: named.map((role) => ({ role })) });
const key = (...permissions: string[]) => ({ name: "ci", permissions, days: 1 });
const person = (name: string, ...named: string[]) => ({ email: `${name}@example.com`, name, ...roles(...named) });
const firstOf = ({ body }: Answer, list: string) => (body[list] as Record<string, string>[])[0] ?? {};
const signIn = (site: Deciding, who: string, password = PASSWORD) =>
  site.browser().send("POST", "/session", { email: `${who}@example.com`, password });
const submitted = async (site: Deciding, who: string, port: number) =>
  hashIn(await site.submit(await site.as(`${who}@example.com`), yamlOf(port)));
const approved = async (site: Deciding, who: string, what: string, headers?: Record<string, string>) =>
  await site.approve(await site.as(`${who}@example.com`), what, headers);
/** Within one case. */
const kept = new Map<string, string>();
const keep = (name: string, value: string): string => (kept.set(name, value), value);
const last = (name: string): string => kept.get(name) ?? "";
const another = new Map<string, Browser>();

const CASES: Readonly<Record<string, Case>> = {
  "a link that was used": {
    next: /^Ask an admin for a new one, or run portolan users link on the machine itself\.$/,
    refused: async (site) => {
      const link = await asOperator(site, "POST", "/api/v1/users", person("linked", "engineer"));
      await use(site, link);
      return await use(site, link);
    },
    followed: [
      async (site) => use(site, await as(site, "admin", "POST", "/api/v1/users/linked@example.com/links")),
      async (site) => use(site, await asOperator(site, "POST", "/api/v1/users/linked@example.com/links")),
    ],
  },
  "a permission that no role of theirs has": {
    next: /^Ask an admin for a role with this permission\.$/,
    refused: (site) => as(site, "viewer", "POST", "/api/v1/evidence/checkpoints"),
    followed: [
      async (site) => {
        await as(site, "admin", "PUT", "/api/v1/users/viewer@example.com/roles", roles("engineer"));
        return await as(site, "viewer", "POST", "/api/v1/evidence/checkpoints");
      },
    ],
  },
  "a first admin where users exist": {
    next: /^Ask an admin to invite you: portolan users invite\. If there is none: portolan users roles USER admin\.$/,
    refused: (site) => asOperator(site, "POST", "/api/v1/users/first-admin-links"),
    followed: [
      async (site) => {
        await use(site, await as(site, "admin", "POST", "/api/v1/users", person("root", "admin")));
        return await signIn(site, "root");
      },
      (site) => asOperator(site, "PUT", "/api/v1/users/root@example.com/roles", roles("admin")),
    ],
  },
  "an admin's own roles": {
    next: /^Ask another admin\.$/,
    refused: (site) => as(site, "admin", "PUT", "/api/v1/users/admin@example.com/roles", roles("admin", "engineer")),
    followed: [
      (site) => as(site, "second", "PUT", "/api/v1/users/admin@example.com/roles", roles("admin", "engineer")),
    ],
  },
  "an approver's own proposal": {
    next: /^Ask another approver, with an account of their own\.$/,
    refused: async (site) => await approved(site, "both", keep("proposal", await submitted(site, "both", 1001))),
    followed: [(site) => approved(site, "approver", last("proposal"))],
  },
  "a wrong password": {
    next: /^Check your input and try again, or ask an admin for a new link\.$/,
    refused: (site) => signIn(site, "engineer", "another password"),
    followed: [
      (site) => signIn(site, "engineer"),
      async (site) => {
        await use(site, await as(site, "admin", "POST", "/api/v1/users/engineer@example.com/links"));
        return await signIn(site, "engineer");
      },
    ],
  },
  "a key that could do more than its user": {
    next: /^Choose from [a-z:, ]+\.$/,
    refused: (site) => as(site, "engineer", "POST", "/api/v1/keys", key("baseline:approve")),
    followed: [
      (site, { body }) =>
        as(
          site,
          "engineer",
          "POST",
          "/api/v1/keys",
          key(...(/^Choose from (.+)\.$/.exec(String(body["next"]))?.[1] ?? "").split(", ")),
        ),
    ],
  },
  "a key for a user without a role": {
    next: /^Give the user a role that a key can use: portolan users roles\.$/,
    refused: async (site) => {
      await asOperator(site, "POST", "/api/v1/users", person("idle"));
      return await asOperator(site, "POST", "/api/v1/keys", { ...key("record:read"), user: "idle@example.com" });
    },
    followed: [
      async (site) => {
        await asOperator(site, "PUT", "/api/v1/users/idle@example.com/roles", roles("engineer"));
        return await asOperator(site, "POST", "/api/v1/keys", { ...key("record:read"), user: "idle@example.com" });
      },
    ],
  },
  "a key of the operator for nobody": {
    next: /^Name the user: portolan keys make --user EMAIL\.$/,
    refused: (site) => asOperator(site, "POST", "/api/v1/keys", key("record:read")),
    followed: [
      (site) => asOperator(site, "POST", "/api/v1/keys", { ...key("record:read"), user: "engineer@example.com" }),
    ],
  },
  "a key for somebody else": {
    next: /^Omit the user\.$/,
    refused: (site) =>
      as(site, "engineer", "POST", "/api/v1/keys", { ...key("record:read"), user: "admin@example.com" }),
    followed: [(site) => as(site, "engineer", "POST", "/api/v1/keys", key("record:read"))],
  },
  "a key that is not there": {
    next: /^List yours: portolan keys list\.$/,
    refused: (site) => as(site, "engineer", "DELETE", "/api/v1/keys/none"),
    followed: [
      async (site) => {
        const { id } = firstOf(await as(site, "engineer", "GET", "/api/v1/keys"), "keys");
        return await as(site, "engineer", "DELETE", `/api/v1/keys/${id}`);
      },
    ],
  },
  "a session that is not there": {
    next: /^List yours: portolan sessions list\.$/,
    refused: (site) => as(site, "engineer", "DELETE", "/api/v1/sessions/none"),
    followed: [
      async (site) => {
        const { id } = firstOf(await as(site, "engineer", "GET", "/api/v1/sessions"), "sessions");
        return await as(site, "engineer", "DELETE", `/api/v1/sessions/${id}`);
      },
    ],
  },
  "the sessions of everybody": {
    next: /^Leave out `all` to see your own\.$/,
    refused: (site) => as(site, "engineer", "GET", "/api/v1/sessions?all=true"),
    followed: [(site) => as(site, "engineer", "GET", "/api/v1/sessions")],
  },
  "an approval of nothing": {
    next: /^Give either the hash that portolan baseline submit printed, or the file that was submitted\.$/,
    refused: async (site) => {
      keep("proposal", await submitted(site, "engineer", 1004));
      return await as(site, "approver", "POST", "/api/v1/baseline/approvals", { approvedBy: "Bob" });
    },
    followed: [
      (site) => approved(site, "approver", last("proposal")),
      async (site) => {
        await submitted(site, "engineer", 1005);
        return await approved(site, "approver", yamlOf(1005));
      },
    ],
  },
  "a document that nobody proposed": {
    next: /^Have it proposed with portolan baseline submit; then another person approves it by its hash\.$/,
    refused: (site) => approved(site, "approver", yamlOf(1006)),
    followed: [async (site) => await approved(site, "approver", await submitted(site, "engineer", 1006))],
  },
  "an approval of an unknown proposal": {
    next: /^List the proposals: portolan baseline proposals\.$/,
    refused: async (site) => {
      await submitted(site, "engineer", 1007);
      return await approved(site, "approver", "0".repeat(64));
    },
    followed: [
      async (site) => {
        const { proposal = "" } = firstOf(await as(site, "approver", "GET", "/api/v1/baseline/proposals"), "proposals");
        return await approved(site, "approver", proposal);
      },
    ],
  },
  "an unknown proposal": {
    next: /^List the proposals: portolan baseline proposals, or GET \/api\/v1\/baseline\/proposals\.$/,
    refused: (site) => as(site, "approver", "GET", `/api/v1/baseline/proposals/${"0".repeat(64)}`),
    followed: [
      async (site) => {
        const { proposal } = firstOf(await as(site, "approver", "GET", "/api/v1/baseline/proposals"), "proposals");
        return await as(site, "approver", "GET", `/api/v1/baseline/proposals/${proposal}`);
      },
    ],
  },
  "a decision about an older version": {
    next: /^Review the port baseline in force, then decide again\.$/,
    refused: async (site) => {
      keep("proposal", await submitted(site, "engineer", 1008));
      return await approved(site, "approver", last("proposal"), { "if-match": '"baseline-1"' });
    },
    followed: [
      async (site) => {
        const { headers } = await as(site, "approver", "GET", "/api/v1/baseline");
        return await approved(site, "approver", last("proposal"), { "if-match": String(headers["etag"]) });
      },
    ],
  },
  "a version in words": {
    next: /^Send the ETag exactly as the server returned it, or leave the header out\.$/,
    refused: async (site) => {
      keep("proposal", await submitted(site, "engineer", 1009));
      return await approved(site, "approver", last("proposal"), { "if-match": "the latest" });
    },
    followed: [
      async (site) => {
        const { headers } = await as(site, "approver", "GET", "/api/v1/baseline");
        return await approved(site, "approver", last("proposal"), { "if-match": String(headers["etag"]) });
      },
      async (site) => await approved(site, "approver", await submitted(site, "engineer", 1010)),
    ],
  },
  "an operator who approves among users": {
    next: /^Sign in as an approver: portolan login, or the page \/baseline of the server\. portolan users list shows who is one\.$/,
    refused: async (site) =>
      await site.approve(site.browser(), keep("proposal", await submitted(site, "engineer", 1011)), OPERATOR),
    followed: [
      async (site) => {
        const { body } = await asOperator(site, "GET", "/api/v1/users");
        const users = body["users"] as { email: string; joined: boolean; roles: { role: string }[] }[];
        const found = users.find((user) => user.roles.some(({ role }) => role === "approver"));
        return await site.approve(await site.as(found?.email ?? ""), last("proposal"));
      },
    ],
  },
  "a user who is not there": {
    next: /^List the users: portolan users list\.$/,
    refused: (site) => asOperator(site, "POST", "/api/v1/users/nobody@example.com/links"),
    followed: [
      async (site) => {
        const { email } = firstOf(await asOperator(site, "GET", "/api/v1/users"), "users");
        return await asOperator(site, "POST", `/api/v1/users/${email}/links`);
      },
    ],
  },
  "an invitation of a user": {
    next: /^Make another link with portolan users link, or change the roles with portolan users roles\.$/,
    refused: (site) => asOperator(site, "POST", "/api/v1/users", person("viewer", "responder")),
    followed: [
      (site) => asOperator(site, "POST", "/api/v1/users/viewer@example.com/links"),
      (site) => asOperator(site, "PUT", "/api/v1/users/viewer@example.com/roles", roles("responder")),
    ],
  },
  "roles that do not go together": {
    next: /^State the roles again, each with the dates it needs\.$/,
    refused: (site) => asOperator(site, "PUT", "/api/v1/users/viewer@example.com/roles", roles("auditor")),
    followed: [
      (site) =>
        asOperator(site, "PUT", "/api/v1/users/viewer@example.com/roles", {
          roles: [{ role: "auditor", from: "2026-03-01T00:00:00Z", to: "2026-04-01T00:00:00Z" }],
        }),
    ],
  },
  "single sign-on without a provider": {
    next: /^Sign in with your password or a passkey; docs\/guide\/people\.md explains how to set up an OpenID provider\.$/,
    refused: (site) => site.browser().send("GET", "/session/sso"),
    followed: [(site) => signIn(site, "engineer")],
  },
  "a request of nobody": {
    next: /^Sign in, or send `Authorization: Bearer <key>` with an API key, or with the token from the file `token` in/,
    refused: (site) => site.browser().send("GET", "/api/v1/status"),
    followed: [
      (site) => as(site, "engineer", "GET", "/api/v1/status"),
      async (site) => {
        const { body } = await as(site, "engineer", "POST", "/api/v1/keys", key("record:read"));
        const bearer = { authorization: `Bearer ${String(body["secret"])}` };
        return await site.browser().send("GET", "/api/v1/status", undefined, bearer);
      },
      (site) => asOperator(site, "GET", "/api/v1/status"),
    ],
  },
  "the account of the operator": {
    next: /^Sign in\.$/,
    refused: (site) => asOperator(site, "GET", "/session/account"),
    followed: [(site) => as(site, "engineer", "GET", "/session/account")],
  },
  "a code that is too old": {
    next: /^Try again\. A code of an authenticator app is valid for half a minute\.$/,
    refused: async (site) => {
      const browser = await site.as("newcomer@example.com");
      another.set("codes", browser);
      keep("uri", String((await browser.send("POST", "/session/codes", { password: PASSWORD })).body["uri"]));
      return await browser.send("POST", "/session/codes/confirmation", { code: codeAt(last("uri"), 0) });
    },
    followed: [
      async (site) => {
        const code = codeAt(last("uri"), Date.now());
        return await (another.get("codes") ?? site.browser()).send("POST", "/session/codes/confirmation", { code });
      },
    ],
  },
  "a page of another site": {
    next: /^Use Portolan's own pages; a program sends an API key instead of cookies\.$/,
    refused: (site) =>
      as(site, "both", "POST", "/api/v1/keys", key("baseline:propose"), { origin: "https://evil.example" }),
    followed: [
      (site) => as(site, "both", "POST", "/api/v1/keys", key("baseline:propose")),
      async (site) => {
        const { body } = await as(site, "both", "POST", "/api/v1/keys", key("baseline:propose"));
        const headers = { authorization: `Bearer ${String(body["secret"])}`, origin: "https://evil.example" };
        return await site
          .browser()
          .send("POST", "/api/v1/baseline/submissions", { document: yamlOf(1012), file: "x" }, headers);
      },
    ],
  },
  "another request with the same Idempotency-Key": {
    next: /^Choose a new key for a new request\.$/,
    refused: async (site) => {
      const once = { "idempotency-key": "one" };
      await approved(site, "approver", await submitted(site, "both", 1013), once);
      return await approved(site, "approver", keep("proposal", await submitted(site, "both", 1014)), once);
    },
    followed: [(site) => approved(site, "approver", last("proposal"), { "idempotency-key": "two" })],
  },
  "a request without what it needs": {
    next: /^Compare the request with GET \/api\/v1\/openapi\.json\.$/,
    refused: (site) => asOperator(site, "POST", "/api/v1/users", { email: "new@example.com" }),
    followed: [
      async (site) => {
        const { body } = await asOperator(site, "GET", "/api/v1/openapi.json");
        const { paths } = body as { paths: Record<string, Record<string, object>> };
        expect(JSON.stringify(paths["/api/v1/users"]?.["post"])).toContain('"required":["email","name","roles"]');
        return await asOperator(site, "POST", "/api/v1/users", person("new", "engineer"));
      },
    ],
  },
  "a sign-in of more than an hour ago": {
    next: /^Sign out, sign in again, and repeat this\. You can change how you sign in only within an hour of signing in\.$/,
    refused: async (site) => {
      const browser = await site.as("approver@example.com");
      another.set("old", browser);
      vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 61 * 60_000 });
      return await browser.send("POST", "/session/passkeys/challenge");
    },
    followed: [
      async (site) => {
        const browser = another.get("old") ?? site.browser();
        await browser.send("DELETE", "/session");
        await browser.signIn("approver@example.com");
        return await browser.send("POST", "/session/passkeys/challenge");
      },
    ],
  },
  "many keys that are not valid": {
    next: /^Wait \d+ seconds, then send the right credentials\.$/,
    refused: async (site) => {
      const browser = site.browser("198.51.100.9");
      another.set("guessing", browser);
      const guess = { authorization: `Bearer ${"x".repeat(43)}` };
      for (let sent = 0; sent < 20; sent += 1) await browser.send("GET", "/api/v1/status", undefined, guess);
      return await browser.send("GET", "/api/v1/status", undefined, guess);
    },
    followed: [
      async (site, { body }) => {
        const seconds = Number(/\d+/.exec(String(body["next"]))?.[0]);
        vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + seconds * 1_000 });
        const browser = another.get("guessing") ?? site.browser();
        // Wrong ones are answered as before the wait.
        expect((await browser.send("GET", "/api/v1/status")).status).toBe(401);
        return await browser.send("GET", "/api/v1/status", undefined, OPERATOR);
      },
    ],
  },
  "more requests than a minute allows": {
    next: /^Wait a minute, then send the same request again\.$/,
    refused: async (site) => {
      const browser = site.browser("198.51.100.10");
      another.set("hurried", browser);
      for (let sent = 0; sent < 60; sent += 1) await browser.send("POST", "/session/passkey/challenge");
      return await browser.send("POST", "/session/passkey/challenge");
    },
    followed: [
      (site) => {
        vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 60_000 });
        return (another.get("hurried") ?? site.browser()).send("POST", "/session/passkey/challenge");
      },
    ],
  },
  "many wrong guesses": {
    next: /^Wait \d+ seconds?, then try again\.$/,
    refused: async (site) => {
      for (let guess = 0; guess < 7; guess += 1) {
        const answer = await signIn(site, "both", `guess number ${guess}`);
        if (answer.status === 429) return answer;
      }
      return await signIn(site, "both");
    },
    followed: [
      async (site, { body }) => {
        site.pass(Number(/\d+/.exec(String(body["next"]))?.[0]) * 1_000);
        return await signIn(site, "both");
      },
    ],
  },
  "the proposal of the one who made the password link": {
    next: /^Ask another approver\. A password link counts as its maker's for a day: until 2\d{3}-\d\d-\d\dT[\d:.]+Z\.$/,
    refused: async (site) => {
      keep("proposal", await submitted(site, "admin", 1002));
      await site.takeOver(await site.as("admin@example.com"), "both@example.com");
      return await approved(site, "both", last("proposal"));
    },
    followed: [
      (site) => approved(site, "approver", last("proposal")),
      async (site, { body }) => {
        const until = Date.parse(/until (\S+)\.$/.exec(String(body["next"]))?.[1] ?? "");
        const again = await submitted(site, "admin", 1003);
        site.pass(until - site.now() + 1_000);
        return await approved(site, "both", again);
      },
    ],
  },
  "the only admin": {
    next: /^Make another user an admin first\.$/,
    refused: async (site) => {
      for (const other of ["second", "root"]) {
        await asOperator(site, "PUT", `/api/v1/users/${other}@example.com/roles`, roles());
      }
      return await asOperator(site, "PUT", "/api/v1/users/admin@example.com/roles", roles("engineer"));
    },
    followed: [
      async (site) => {
        await asOperator(site, "PUT", "/api/v1/users/second@example.com/roles", roles("admin"));
        return await asOperator(site, "PUT", "/api/v1/users/admin@example.com/roles", roles("engineer"));
      },
    ],
  },
};

eachDatabase("a refused request whose next step is followed", (open) => {
  let site: Deciding;
  beforeAll(async () => {
    // Who joined two days ago acts alone: nobody's password link counts as its maker's any more.
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() - 2 * DAY });
    site = await openDeciding(await open());
    const { url } = await site.identity
      .people({ kind: "operator", name: "operator", roles: ["admin"] })
      .users.firstAdmin();
    const form = (name?: string) => ({
      token: url.split("#")[1],
      password: PASSWORD,
      email: "admin@example.com",
      name,
    });
    const incomplete = await site.browser().send("POST", "/session/link", form());
    expect(incomplete.body["next"]).toBe("Fill in the whole form.");
    expect((await site.browser().send("POST", "/session/link", form("admin"))).status).toBe(200);
    await site.join("second@example.com", "admin");
    await site.join("engineer@example.com", "engineer");
    await site.join("both@example.com", "engineer", "approver");
    await site.join("approver@example.com", "approver");
    await site.join("viewer@example.com", "responder");
    await site.join("newcomer@example.com", "engineer");
    vi.useRealTimers();
  });
  afterAll(() => site.close());
  afterEach(() => void vi.useRealTimers());

  it.each(Object.entries(CASES))("succeeds: %s", async (_, { next, refused, followed }) => {
    const refusal = await refused(site);
    expect(refusal.status, JSON.stringify(refusal.body)).toBeGreaterThanOrEqual(400);
    expect(refusal.body["next"], JSON.stringify(refusal.body)).toMatch(next);
    for (const follow of followed) {
      const { status, body } = await follow(site, refusal);
      expect(status, JSON.stringify(body)).toBeLessThan(300);
    }
  });
});
