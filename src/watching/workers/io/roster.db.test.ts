import { generateKeyPairSync } from "node:crypto";
import { beforeEach, expect, it } from "vitest";
import { eachDatabase } from "../../../../test/databases.ts";
import { contradictionsAfter } from "../../../../test/tamper.ts";
import { beginLog } from "../../../record/change/index.ts";
import { compareTables, readEntries, signingKey } from "../../../record/evidence/index.ts";
import { vantagePointId, type Store } from "../../../platform/storage/index.ts";
import { workerBindings } from "./bindings.ts";
import { installationAddresses, membersNow } from "./members.ts";
import { createRoster, type Roster } from "./roster.ts";
import { recording } from "../../../../test/recording.ts";

eachDatabase("the roster", (open) => {
  let store: Store;
  const key = signingKey(generateKeyPairSync("ed25519").privateKey)!;
  const clock = { now: () => Date.now() };
  const problems: unknown[] = [];

  beforeEach(async () => {
    store = await open();
    await store.transaction((tx) => beginLog(tx, { key, at: clock.now() }));
  });

  function member(vantage: string, kind: "installation" | "worker" = "worker"): Roster {
    return createRoster({
      store,
      clock,
      ownClock: clock,
      kind,
      vantage,
      machine: "host.example",
      pid: 7,
      addresses: () => ["10.0.0.9"],
      onProblem: (problem) => problems.push(problem),
    });
  }

  it("divides the limits among all: a new process gets its share only after the others have made room", async () => {
    const first = member("inside", "installation");
    await first.join();
    expect(first.share()).toBe(1);
    const second = member("outside");
    await second.join();
    expect([first.share(), second.share()]).toEqual([1 / 2, 1 / 2]);
    expect(await membersNow(store.db)).toMatchObject([
      { kind: "installation", vantage: "inside" },
      { kind: "worker", vantage: "outside", machine: "host.example", pid: 7 },
    ]);
    expect(await installationAddresses(store.db)).toEqual(["10.0.0.9"]);

    await second.leave("it was stopped");
    expect(second.share()).toBe(0);
    expect(await membersNow(store.db)).toHaveLength(1);
    await first.leave("it was stopped");
    const types: string[] = [];
    for await (const { type } of readEntries(store.db)) types.push(type);
    expect(types.slice(1)).toEqual(["worker-joined", "worker-joined", "worker-left", "worker-left"]);
    expect(problems).toEqual([]);
  });

  it("no longer counts a process without a sign of life, and records that it left", async () => {
    // The row that a process leaves if it was killed an hour ago.
    await recording(store, async (tx) => {
      await tx
        .insertInto("worker")
        .values({
          vantage_id: await vantagePointId(tx, "outside"),
          kind: "worker",
          machine: "gone.example",
          pid: 8,
          addresses: "[]",
          joined_at: new Date(0),
          seen_at: new Date(Date.now() - 3_600_000),
          among: 1,
          skew_ms: 0,
          left_at: null,
          reason: null,
        })
        .execute();
    });
    const next = member("outside");
    await next.join();
    expect(next.share()).toBe(1);
    await next.expire();
    await next.expire();
    const left: string[] = [];
    for await (const { type, body } of readEntries(store.db)) if (type === "worker-left") left.push(body);
    expect(left).toEqual([expect.stringContaining("not heard of")]);
    await next.leave("it was stopped");
  });

  it("is compared with the log: a change of each column that it states is named", async () => {
    const [first, second] = [member("inside", "installation"), member("outside")];
    await first.join();
    await second.join();
    await second.leave("it was stopped");
    expect(await compareTables(store.db, workerBindings)).toMatchObject({ compared: [{ rows: 2 }], contradicting: 0 });
    for (const [column, value] of [
      ["vantage_id", "(SELECT id FROM vantage_point WHERE name = 'inside')"],
      ["kind", "'installation'"],
      ["machine", "'other.example'"],
      ["pid", "8"],
      ["addresses", `'["10.0.0.8"]'`],
      ["joined_at", "'2020-01-01'"],
      ["left_at", "'2030-01-01'"],
      ["reason", "'it was lost'"],
    ] as const) {
      const statement = `UPDATE worker SET ${column} = ${value} WHERE left_at IS NOT NULL`;
      const found = await contradictionsAfter(store, workerBindings, statement);
      expect(found.map((each) => each.column)).toEqual([column]);
    }
    const gone = await contradictionsAfter(store, workerBindings, "DELETE FROM worker WHERE left_at IS NOT NULL");
    expect(gone).toMatchObject([{ table: "worker", problem: expect.stringMatching(/is missing from the table/) }]);
    await first.leave("it was stopped");
  });
});
