import { expect, it } from "vitest";
import type { Browser } from "../../test/access.ts";
import { eachDatabase } from "../../test/databases.ts";
import { hashIn, openDeciding } from "../../test/deciding.ts";

const DAY = 24 * 60 * 60_000;

/** Entries as people write them: selector, port, justification. */
function yamlOf(...entries: readonly (readonly [selector: string, port: number, why: string])[]): string {
  const lines = entries.map(
    ([selector, port, why]) => `  - { ${selector}, port: ${port}, owner: team-web, justification: ${why} }\n`,
  );
  return `version: 1\nauthorizedPorts:\n${lines.join("")}`;
}

const SHOP = ["asset: web-1", 443, "web shop"] as const;
const SSH = ["cidr: 10.77.0.0/29", 22, "administration"] as const;
const OTHER = ["cidr: 10.77.0.64/26", 25, "mail of other hosts"] as const;

eachDatabase("past port baselines", (open) => {
  it("can be queried by instant and by asset, with the approval that brought each port", async () => {
    const site = await openDeciding(await open());
    try {
      await site.join("eve@example.com", "engineer");
      await site.join("ann@example.com", "approver");
      await site.join("bob@example.com", "approver");
      site.pass(2 * DAY);
      const eve = await site.as("eve@example.com");
      const approved = async (by: Browser, document: string): Promise<string> => {
        const answer = await site.approve(by, hashIn(await site.submit(eve, document)));
        expect(answer.status).toBe(200);
        site.pass(60_000);
        return String(answer.body["approvedAt"]);
      };
      const [ann, bob] = [await site.as("ann@example.com"), await site.as("bob@example.com")];
      const before = new Date(site.now() - DAY).toISOString();
      const first = await approved(ann, yamlOf(SHOP, SSH));
      const second = await approved(bob, yamlOf(SHOP));
      const third = await approved(bob, yamlOf(SHOP, SSH, OTHER));
      const get = (path: string) => ann.send("GET", `/api/v1/baseline${path}`);

      expect((await get(`?at=${second}`)).body).toMatchObject({ version: 2, approvedBy: "bob <bob@example.com>" });
      expect(await get(`?at=${before}`)).toMatchObject({
        status: 404,
        body: { next: "See when each one came into force: portolan baseline history." },
      });
      const future = new Date(site.now() + DAY).toISOString();
      expect((await get(`?at=${future}`)).status).toBe(400);

      const { versions } = (await get("/versions")).body as { versions: Record<string, unknown>[] };
      expect(versions.map(({ version, added, removed }) => [version, added, removed])).toEqual([
        [3, 2, 0],
        [2, 0, 1],
        [1, 2, 0],
      ]);
      // The history names the times that the refused query asked for.
      expect((await get(`?at=${String(versions[2]?.["approvedAt"])}`)).body).toMatchObject({ version: 1 });
      expect(versions[2]).toMatchObject({ approvedAt: first, proposedBy: "eve <eve@example.com>" });

      const portsOf = async (query = "") => {
        const { body } = await get(`/assets/web-1${query}`);
        return (
          body["ports"] as { ports: string; since: { version: number; approvedBy: string; approvedAt: string } }[]
        ).map(({ ports, since }) => [ports, since.version, since.approvedBy, since.approvedAt]);
      };
      expect(await portsOf()).toEqual([
        ["443", 1, "ann <ann@example.com>", first],
        ["22", 3, "bob <bob@example.com>", third],
      ]);
      expect(await portsOf(`?at=${second}`)).toEqual([["443", 1, "ann <ann@example.com>", first]]);
      expect(await get("/assets/web-9")).toMatchObject({ status: 404, body: { next: "Name one of: web-1." } });
    } finally {
      await site.close();
    }
  });
});
