import { expect, it } from "vitest";
import { eachDatabase } from "../../test/databases.ts";
import { FIRST, HOUR, operationsOn } from "../../test/fixtures/bundle-record.ts";
import { compareTables, readEntries } from "../record/evidence/index.ts";
import { createBaseline } from "./baseline.ts";
import { BINDINGS } from "./bindings.ts";
import { createFindings } from "./findings.ts";
import { sweepTarget } from "./target-sweeps.ts";

const NEITHER = `version: 1
authorizedPorts:
  - { asset: db-3, port: 5432, owner: team-data, justification: the database of the shop }
`;
const ONLY_ONE = `version: 1
authorizedPorts:
  - { cidr: 10.9.0.2/32, port: 443, owner: team-web, justification: the shop }
`;

eachDatabase("a finding about an asset with two addresses, one of which is authorized later", (open) => {
  it("is last seen where it is still not authorized", async () => {
    const store = await open();
    const record = operationsOn(store);
    const { deps } = record;
    const sweepAt = async (at: number, ...listening: string[]): Promise<void> => {
      record.listen(...listening);
      record.setClock(at);
      await sweepTarget(deps, await deps.scope(), "net", {});
    };
    const ofWeb = async () => {
      const { findings } = await createFindings(deps).all({});
      return findings.find(({ kind, subject }) => kind === "unauthorized-open" && subject.asset === "web");
    };
    const seenAt = async (): Promise<number> => Date.parse((await ofWeb())?.lastSeenAt ?? "");
    const both = ["tcp/10.9.0.2:443", "tcp/10.9.0.4:443"];

    await sweepAt(FIRST, ...both);
    const approve = (document: string) => createBaseline(deps).approve({ document, approvedBy: "Grace Hopper" });
    await approve(NEITHER);
    await sweepAt(FIRST + HOUR / 2, ...both);
    await sweepAt(FIRST + HOUR, ...both);
    expect(await ofWeb()).toMatchObject({ subject: { addresses: ["10.9.0.2", "10.9.0.4"] }, status: "unchanged" });

    record.setClock(FIRST + HOUR + 60_000);
    expect((await approve(ONLY_ONE)).resolved).toEqual([]);
    // It was seen on both until then, so the sighting before the decision stays.
    expect(await ofWeb()).toMatchObject({ subject: { address: "10.9.0.4" }, status: "unchanged" });
    expect(await seenAt()).toBe(FIRST + HOUR);

    // The authorized address stays open, the other one falls silent: nothing resolves the finding, and nothing sees it.
    for (const hours of [2, 3]) await sweepAt(FIRST + hours * HOUR, "tcp/10.9.0.2:443");
    expect(await ofWeb()).toMatchObject({ status: "unchanged" });
    expect(await seenAt()).toBe(FIRST + HOUR);
    await sweepAt(FIRST + 4 * HOUR, ...both);
    expect(await seenAt()).toBe(FIRST + 4 * HOUR);
    expect(await ofWeb()).toMatchObject({
      subject: { address: "10.9.0.4" },
      summary: expect.stringMatching(/ on web \(10\.9\.0\.4\) and not authorized$/),
    });

    const types: string[] = [];
    for await (const { type } of readEntries(store.db)) if (type.startsWith("finding-")) types.push(type);
    expect(types.filter((type) => type === "finding-changed").length).toBeGreaterThan(0);
    expect((await compareTables(store.db, BINDINGS)).contradictions).toEqual([]);
    record.remove();
  });
});
