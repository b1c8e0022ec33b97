import { expect, it } from "vitest";
import { TOKEN } from "../../test/access.ts";
import { eachDatabase } from "../../test/databases.ts";
import { openDeciding, type Deciding } from "../../test/deciding.ts";

const DAY = 24 * 60 * 60_000;

eachDatabase("the sign-off of a gap", (open) => {
  /** A site whose people joined two days ago, with a gap since the scope was recorded. */
  async function withPeople(work: (site: Deciding, gap: string) => Promise<void>): Promise<void> {
    const site = await openDeciding(await open());
    const gap = `inside/web-1@${new Date(site.now()).toISOString()}`;
    try {
      await site.join("admin@example.com", "admin");
      await site.join("eve@example.com", "engineer", "approver");
      await site.join("ann@example.com", "approver");
      await site.join("owner@example.com", "service-owner");
      site.pass(2 * DAY);
      await work(site, gap);
    } finally {
      await site.close();
    }
  }
  const explanation = (gap: string) => ({ gap, cause: "network", text: "A switch\nfailed." });
  const last = async (site: Deciding, type: string) =>
    (await site.entries()).filter((entry) => entry.type === type).at(-1)?.data;

  it("is by another person than the one who explained it, and both are entries", async () => {
    await withPeople(async (site, gap) => {
      const [eve, ann] = [await site.as("eve@example.com"), await site.as("ann@example.com")];
      expect(await eve.send("POST", "/api/v1/gaps/explanations", explanation(gap))).toMatchObject({
        status: 200,
        body: { explanation: 1, explainedBy: "eve <eve@example.com>" },
      });
      expect(await eve.send("POST", "/api/v1/gaps/sign-offs", { gap })).toMatchObject({
        status: 403,
        body: { next: "Ask another approver, with an account of their own." },
      });
      expect(await ann.send("POST", "/api/v1/gaps/sign-offs", { gap, signedOffBy: "Bob" })).toMatchObject({
        status: 200,
        body: { signedOff: { by: "ann <ann@example.com>" } },
      });
      expect(await last(site, "gap-explained")).toMatchObject({ by: "eve <eve@example.com>", through: "person", gap });
      expect(await last(site, "gap-signed-off")).toMatchObject({ by: "ann <ann@example.com>", explanation: 1, gap });
    });
  });

  it("is not by one who made the password link with which it would be signed off", async () => {
    await withPeople(async (site, gap) => {
      const admin = await site.as("admin@example.com");
      await admin.send("POST", "/api/v1/gaps/explanations", explanation(gap));
      await site.takeOver(admin, "ann@example.com");
      const asAnn = await site.as("ann@example.com");
      expect(await asAnn.send("POST", "/api/v1/gaps/sign-offs", { gap })).toMatchObject({
        status: 403,
        body: { next: "Ask another approver. A password link counts as its maker's for a day." },
      });
    });
  });

  it("is not by the operator once there are users, nor by a role that cannot decide", async () => {
    await withPeople(async (site, gap) => {
      const eve = await site.as("eve@example.com");
      await eve.send("POST", "/api/v1/gaps/explanations", explanation(gap));
      const operator = { authorization: `Bearer ${TOKEN}` };
      const signed = await site.browser().send("POST", "/api/v1/gaps/sign-offs", { gap, signedOffBy: "Ann" }, operator);
      expect(signed).toMatchObject({ status: 403, body: { next: expect.stringContaining("portolan login") } });
      const owner = await site.as("owner@example.com");
      expect((await owner.send("POST", "/api/v1/gaps/sign-offs", { gap })).status).toBe(403);
      expect((await owner.send("POST", "/api/v1/gaps/explanations", explanation(gap))).status).toBe(403);
      const ann = await site.as("ann@example.com");
      expect((await ann.send("POST", "/api/v1/gaps/explanations", explanation(gap))).status).toBe(403);
    });
  });
});
