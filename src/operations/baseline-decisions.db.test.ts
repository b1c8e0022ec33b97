import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { TOKEN } from "../../test/access.ts";
import { eachDatabase } from "../../test/databases.ts";
import { hashIn, openDeciding, yamlOf, type Deciding } from "../../test/deciding.ts";

const OPERATOR = { authorization: `Bearer ${TOKEN}` };
const DAY = 24 * 60 * 60_000;

eachDatabase("segregation of duties", (open) => {
  /** A site whose people joined two days ago: nobody's invitation counts any more. */
  async function withPeople(work: (site: Deciding) => Promise<void>): Promise<void> {
    const site = await openDeciding(await open());
    try {
      await site.join("admin@example.com", "admin");
      await site.join("eve@example.com", "engineer", "approver");
      await site.join("ann@example.com", "approver");
      site.pass(2 * DAY);
      await work(site);
    } finally {
      await site.close();
    }
  }
  const last = async (site: Deciding, type: string) =>
    (await site.entries()).filter((entry) => entry.type === type).at(-1)?.data;

  it("lets one person propose and another approve, by the hash that sha256sum prints", async () => {
    await withPeople(async (site) => {
      const [eve, ann] = [await site.as("eve@example.com"), await site.as("ann@example.com")];
      const document = yamlOf(443);
      const proposal = hashIn(await site.submit(eve, document));
      expect(proposal).toBe(createHash("sha256").update(document).digest("hex"));
      expect(await site.approve(ann, proposal)).toMatchObject({
        status: 200,
        body: {
          version: 1,
          approvedBy: "ann <ann@example.com>",
          proposedBy: "eve <eve@example.com>",
          proposal,
        },
      });
      expect(await last(site, "baseline-proposed")).toMatchObject({ proposedBy: "eve <eve@example.com>", proposal });
      const entry = await last(site, "baseline-approved");
      expect(entry).toMatchObject({
        approvedBy: "ann <ann@example.com>",
        proposedBy: "eve <eve@example.com>",
        proposal,
      });
      expect(entry).not.toHaveProperty("alsoBy");
      const shown = await ann.send("GET", "/api/v1/baseline");
      expect(shown.body).toMatchObject({ approvedBy: "ann <ann@example.com>", proposedBy: "eve <eve@example.com>" });
    });
  });

  it("refuses a document that was written by hand to the approver who brings it", async () => {
    await withPeople(async (site) => {
      const eve = await site.as("eve@example.com");
      expect(await site.approve(eve, yamlOf(23))).toMatchObject({
        status: 403,
        body: { code: "forbidden", next: expect.stringContaining("baseline submit") },
      });
      await site.submit(eve, yamlOf(23));
      expect((await site.approve(eve, yamlOf(23))).status).toBe(403);
      // The same ports in another layout, proposed by herself or by nobody, stay hers.
      expect((await site.approve(eve, `# tidied\n${yamlOf(23)}`)).status).toBe(403);
    });
  });

  it("keeps a proposal its proposer's, whatever another person approves in between", async () => {
    await withPeople(async (site) => {
      const [eve, ann] = [await site.as("eve@example.com"), await site.as("ann@example.com")];
      const hers = hashIn(await site.submit(eve, yamlOf(23)));
      const other = hashIn(await site.submit(eve, yamlOf(443)));
      expect((await site.approve(ann, other)).status).toBe(200);
      const refused = await site.approve(eve, hers);
      expect(refused).toMatchObject({ status: 403, body: { code: "forbidden" } });
      expect(refused.body["detail"]).toContain("You would have proposed and approved this port baseline");
      expect((await site.approve(ann, hers)).status).toBe(200);
    });
  });

  it("counts a password link as its maker's for a day, shows it, and refuses the maker's own proposal", async () => {
    await withPeople(async (site) => {
      const admin = await site.as("admin@example.com");
      const [own, other] = [hashIn(await site.submit(admin, yamlOf(23))), yamlOf(443)];
      const others = hashIn(await site.submit(await site.as("eve@example.com"), other));
      await site.takeOver(admin, "ann@example.com");
      const asAnn = await site.as("ann@example.com");
      const refused = await site.approve(asAnn, own);
      expect(refused).toMatchObject({ status: 403, body: { next: expect.stringContaining("for a day: until ") } });
      expect(refused.body["detail"]).toContain("admin <admin@example.com> made the password link");
      const alsoBy = [{ name: "admin <admin@example.com>", through: "link", since: expect.any(String) }];
      expect(await site.approve(asAnn, others)).toMatchObject({ status: 200, body: { alsoBy } });
      expect(await last(site, "baseline-approved")).toMatchObject({ alsoBy });
      expect((await asAnn.send("GET", "/api/v1/baseline")).body).toMatchObject({ alsoBy });
      site.pass(DAY + 1_000);
      expect((await site.approve(await site.as("ann@example.com"), own)).status).toBe(200);
    });
  });

  it("follows links from account to account, and counts them for proposals as well", async () => {
    await withPeople(async (site) => {
      await site.join("second@example.com", "admin");
      await site.join("pat@example.com", "approver", "admin");
      site.pass(2 * DAY);
      const pat = await site.as("pat@example.com");
      // Pat takes over another admin's account, and with it an engineer's; then approves as herself.
      await site.takeOver(pat, "second@example.com");
      await site.takeOver(await site.as("second@example.com"), "eve@example.com");
      const proposed = await site.submit(await site.as("eve@example.com"), yamlOf(23));
      const names = (proposed.body["proposal"] as { alsoBy: { name: string }[] }).alsoBy.map(({ name }) => name);
      expect(names.sort()).toEqual(["pat <pat@example.com>", "second <second@example.com>"]);
      expect((await site.approve(await site.as("pat@example.com"), hashIn(proposed))).status).toBe(403);
    });
  });

  it("compares persons: a second account is not another person", async () => {
    await withPeople(async (site) => {
      await site.join("eve+second@example.com", "approver");
      await site.join("eve@private.example", "approver");
      site.pass(2 * DAY);
      const proposal = hashIn(await site.submit(await site.as("eve@example.com"), yamlOf(23)));
      // One mailbox is one person, without anybody saying so.
      expect((await site.approve(await site.as("eve+second@example.com"), proposal)).status).toBe(403);
      const admin = await site.as("admin@example.com");
      const linked = await admin.send("PUT", "/api/v1/users/eve@private.example/person", { sameAs: "eve@example.com" });
      expect(linked).toMatchObject({
        status: 200,
        body: { user: { sameAs: ["eve+second@example.com", "eve@example.com"] } },
      });
      expect(await last(site, "person-changed")).toMatchObject({
        user: "eve@private.example",
        before: [],
        after: ["eve+second@example.com", "eve@example.com"],
        by: { name: "admin <admin@example.com>" },
      });
      expect((await site.approve(await site.as("eve@private.example"), proposal)).status).toBe(403);
      // Nobody makes their own account another person's, and nobody but an admin anyone's.
      await site.identity.people({ kind: "operator", name: "operator", roles: ["admin"] }).users.setRoles({
        id: "eve@private.example",
        roles: [{ role: "admin" }, { role: "approver" }],
      });
      const second = await site.as("eve@private.example");
      expect((await second.send("DELETE", "/api/v1/users/eve@private.example/person")).status).toBe(403);
      expect((await second.send("PUT", "/api/v1/users/eve@example.com/roles", { roles: [] })).status).toBe(403);
      expect((await admin.send("DELETE", "/api/v1/users/eve@private.example/person")).status).toBe(200);
      // They were one person when it was proposed, but the proposal knows only its own account.
      expect((await site.approve(await site.as("ann@example.com"), proposal)).status).toBe(200);
    });
  });

  it("counts a key as its owner's person, and as its maker's", async () => {
    await withPeople(async (site) => {
      const eve = await site.as("eve@example.com");
      const made = await eve.send("POST", "/api/v1/keys", { name: "ci", permissions: ["baseline:propose"] });
      const bearer = { authorization: `Bearer ${String(made.body["secret"])}` };
      const program = site.browser();
      const body = { document: yamlOf(23), file: "port-baseline.yaml" };
      const proposal = hashIn(await program.send("POST", "/api/v1/baseline/submissions", body, bearer));
      expect((await site.approve(eve, proposal)).status).toBe(403);
      const operator = { kind: "operator", name: "operator (root)", roles: ["admin"] } as const;
      const keys = site.identity.people(operator).keys;
      const { secret } = await keys.make({
        name: "x",
        permissions: ["baseline:propose"],
        days: 9,
        user: "eve@example.com",
      });
      const through = { authorization: `Bearer ${secret}` };
      const second = await program.send(
        "POST",
        "/api/v1/baseline/submissions",
        { ...body, document: yamlOf(24) },
        through,
      );
      expect(second.body["proposal"]).toMatchObject({ alsoBy: [{ name: "operator (root)", through: "key" }] });
    });
  });

  it("lets the operator approve only as long as there are no users, and shows the name as typed", async () => {
    const site = await openDeciding(await open());
    try {
      const typed = "typed by the operator (root): Bob";
      const approval = await site.approve(site.browser(), yamlOf(443), OPERATOR);
      expect(approval).toMatchObject({
        status: 200,
        body: { approvedBy: typed, proposedBy: "the operator (root)" },
      });
      expect(await last(site, "baseline-approved")).toMatchObject({ approvedBy: typed, through: "operator" });
      expect((await site.browser().send("GET", "/api/v1/baseline", undefined, OPERATOR)).body).toMatchObject({
        approvedBy: typed,
      });
      await site.join("ann@example.com", "approver");
      const refused = await site.approve(site.browser(), yamlOf(22), OPERATOR);
      expect(refused).toMatchObject({ status: 403, body: { next: expect.stringContaining("portolan login") } });
      // The operator invited her: within a day her approval of the operator's proposal would be the operator's own.
      const body = { document: yamlOf(22), file: "port-baseline.yaml" };
      const proposal = hashIn(await site.browser().send("POST", "/api/v1/baseline/submissions", body, OPERATOR));
      expect((await site.approve(await site.as("ann@example.com"), proposal)).status).toBe(403);
      site.pass(2 * DAY);
      expect((await site.approve(await site.as("ann@example.com"), proposal)).status).toBe(200);
    } finally {
      await site.close();
    }
  });
});
