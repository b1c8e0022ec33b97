import { expect, it } from "vitest";
import { anAuthorizedPort } from "../../../../test/compared-host.ts";
import { eachDatabase } from "../../../../test/databases.ts";
import type { AuthorizedPort } from "../../../model/index.ts";
import type { Store } from "../../../platform/storage/index.ts";
import { baselineDigest } from "../digest.ts";
import { approve, approvedDocument, baselineInForce, type ApprovedBaseline } from "./baseline-store.ts";
import { recording } from "../../../../test/recording.ts";

const document = "version: 1 # as written: 'ä' \\ \"x\"\r\nauthorizedPorts: []";

function approveAt(
  store: Store,
  at: number,
  ports: readonly AuthorizedPort[],
  by = "Jane Doe",
): Promise<ApprovedBaseline> {
  return recording(store, (tx) => approve(tx, { ports, document, by, at }));
}

eachDatabase("port baseline versions", (open) => {
  it("are numbered from 1, and the latest one approved by an instant is in force then", async () => {
    const store = await open();
    expect(await baselineInForce(store.db)).toBeUndefined();
    const web = anAuthorizedPort({ controls: ["WAF"], exposure: ["inside"], expires: 5_000 });
    const first = await approveAt(store, 1_000, [web]);
    expect(first).toEqual({
      version: 1,
      digest: baselineDigest([web]),
      approvedBy: "Jane Doe",
      approvedAt: 1_000,
      authorizedPorts: [web],
    });
    expect(await approvedDocument(store.db, 1)).toBe(document);
    const second = await approveAt(store, 2_000, [], " 王小明 ");
    const third = await approveAt(store, 2_000, [anAuthorizedPort({ port: 22 })]);
    expect([second.version, second.approvedBy, third.version]).toEqual([2, "王小明", 3]);

    expect(await baselineInForce(store.db, 999)).toBeUndefined();
    expect(await baselineInForce(store.db, 1_000)).toEqual(first);
    expect(await baselineInForce(store.db, 1_999)).toEqual(first);
    expect(await baselineInForce(store.db, 2_000)).toEqual(third);
    expect(await baselineInForce(store.db)).toEqual(third);
  });

  it("refuse ports that are in force already, but not ports that were in force before", async () => {
    const store = await open();
    const [web, ssh] = [[anAuthorizedPort()], [anAuthorizedPort({ port: 22 })]];
    await approveAt(store, 1_000, web);
    await expect(approveAt(store, 2_000, web)).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("already in force as version 1"),
    });
    await approveAt(store, 3_000, ssh);
    expect((await approveAt(store, 4_000, web)).version).toBe(3);
  });

  it("refuse an approval that would not be in force because the clock was set back", async () => {
    const store = await open();
    await approveAt(store, 2_000, [anAuthorizedPort()]);
    await expect(approveAt(store, 1_999, [])).rejects.toMatchObject({
      code: "conflict",
      next: expect.stringContaining("clock"),
    });
  });

  it("refuse an approval that is incomplete or names nobody, and record nothing", async () => {
    const store = await open();
    const ports = [
      anAuthorizedPort(),
      anAuthorizedPort({ port: 22, owner: "" }),
      anAuthorizedPort({ port: 23, justification: "TODO" }),
    ];
    await expect(approveAt(store, 1_000, ports)).rejects.toMatchObject({
      code: "conflict",
      message: "Owner or justification is not written: authorizedPorts[1], authorizedPorts[2]",
    });
    for (const by of ["", "  ", "x".repeat(201), "Jane\u001b[2J", "Jane\nDoe"]) {
      await expect(approveAt(store, 1_000, [], by)).rejects.toMatchObject({
        code: "config-invalid",
        next: expect.stringContaining("--by NAME"),
      });
    }
    expect(await baselineInForce(store.db)).toBeUndefined();
  });

  it("give two simultaneous approvals two versions", async () => {
    const store = await open();
    const versions = await Promise.all(
      [22, 23, 24].map((port) => approveAt(store, 1_000, [anAuthorizedPort({ port })])),
    );
    expect(new Set(versions.map(({ version }) => version))).toEqual(new Set([1, 2, 3]));
  });
});
