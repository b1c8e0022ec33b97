import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { anAuthorizedPort } from "../../../../test/compared-host.ts";
import { eachDatabase, freshPlace, STORE_KINDS } from "../../../../test/databases.ts";
import type { Principal } from "../../../model/index.ts";
import { openStore, readMigrations, type Store } from "../../../platform/storage/index.ts";
import { beginLog, recordChange } from "../../../record/change/index.ts";
import { signingKey } from "../../../record/evidence/index.ts";
import { approve } from "./baseline-store.ts";
import { hasOpenProposal, recordApproval, recordProposal } from "./decision-store.ts";

const AT = Date.UTC(2026, 2, 14, 9);
const key = signingKey(generateKeyPairSync("ed25519").privateKey)!;

async function begun(store: Store): Promise<Store> {
  await store.transaction((tx) => beginLog(tx, { key, at: AT }));
  return store;
}

async function proposalBy(store: Store, user: string): Promise<void> {
  const made = { by: `${user} (session)`, user, proposed: 3, document: "version: 1\n" };
  await recordChange({ store, key }, AT, (change) => recordProposal(change, made));
}

async function approvalBy(store: Store, by: Principal | undefined, at: number, document: string): Promise<void> {
  await recordChange({ store, key }, at, async (change) => {
    const ports = [anAuthorizedPort({ justification: document })];
    recordApproval(change, await approve(change.tx, { ports, document, by: "Ada", at }), by);
  });
}

const ADA: Principal = { kind: "person", name: "Ada", user: "user-1", id: "session-1", roles: ["approver"] };

eachDatabase("decisions on port baselines", (open) => {
  it("have their own rows, bound to the entries they were recorded with", async () => {
    const store = await begun(await open());
    await proposalBy(store, "user-2");
    await approvalBy(store, ADA, AT + 1, "first");
    await approvalBy(store, undefined, AT + 2, "second");
    expect(await store.db.selectFrom("baseline_proposal").selectAll().execute()).toEqual([
      {
        id: 1,
        proposed_at: new Date(AT),
        proposed_by: "user-2 (session)",
        user_id: "user-2",
        digest: expect.stringMatching(/^[0-9a-f]{64}$/),
        proposed: 3,
        entry_index: 1,
      },
    ]);
    const approved = { approved_by: "Ada" };
    expect(await store.db.selectFrom("baseline_approval").selectAll().orderBy("version").execute()).toEqual([
      { ...approved, version: 1, approved_at: new Date(AT + 1), through: "person", user_id: "user-1", entry_index: 2 },
      { ...approved, version: 2, approved_at: new Date(AT + 2), through: "operator", user_id: null, entry_index: 3 },
    ]);
  });

  it("show who proposed since the last approval, without reading the evidence log", async () => {
    const store = await begun(await open());
    expect(await hasOpenProposal(store.db, "user-1")).toBe(false);
    await proposalBy(store, "user-1");
    expect(await hasOpenProposal(store.db, "user-1")).toBe(true);
    expect(await hasOpenProposal(store.db, "user-2")).toBe(false);
    await approvalBy(store, undefined, AT + 1, "first");
    expect(await hasOpenProposal(store.db, "user-1")).toBe(false);
    await proposalBy(store, "user-1");
    expect(await hasOpenProposal(store.db, "user-1")).toBe(true);
  });
});

describe.each(STORE_KINDS)("a record from before these tables (%s)", (kind) => {
  it("gets them from its entries, and opens even where one was tampered with", async () => {
    const place = await freshPlace(kind, "empty");
    const old = await openStore({ ...place, migrations: readMigrations().slice(0, 9) });
    const hash = "decode(repeat('00', 32), 'hex')";
    const entry = (index: number, type: string, data: object, body = JSON.stringify({ data })): string =>
      `INSERT INTO evidence_entry VALUES (${index}, '${type}', '2026-03-14T09:00:0${index}Z', '${body}', ${hash});`;
    await old.executeSql(`
      INSERT INTO port_baseline_version
        SELECT v, 'digest ' || v, '', '[]', 'Ada', timestamptz '2026-03-14T09:00:00Z' + v * interval '1 day'
          FROM generate_series(1, 2) AS v;
      ${entry(1, "baseline-approved", { version: 1, approvedBy: "Ada" })}
      ${entry(2, "baseline-proposed", { proposedBy: "Bob", user: "user-2", proposed: 4 })}
      ${entry(3, "baseline-approved", { version: 2, approvedBy: "Ada", through: "person" })}
      ${entry(4, "baseline-proposed", {}, "no JSON any more")}
      ${entry(5, "baseline-proposed", { proposed: 1 })}
      ${entry(6, "baseline-proposed", { proposedBy: "Eve", user: "user-3", proposed: 0 })}`);
    await old.close();
    const store = await openStore(place);
    try {
      const proposals = store.db.selectFrom("baseline_proposal").select(["user_id", "proposed", "entry_index"]);
      expect(await proposals.orderBy("id").execute()).toEqual([
        { user_id: "user-2", proposed: 4, entry_index: 2 },
        { user_id: "user-3", proposed: 0, entry_index: 6 },
      ]);
      const approvals = store.db.selectFrom("baseline_approval").select(["version", "through", "entry_index"]);
      expect(await approvals.orderBy("version").execute()).toEqual([
        { version: 1, through: "operator", entry_index: 1 },
        { version: 2, through: "person", entry_index: 3 },
      ]);
      const asked = ["user-2", "user-3"].map((user) => hasOpenProposal(store.db, user));
      expect(await Promise.all(asked)).toEqual([false, true]);
    } finally {
      await store.close();
      await place.remove();
    }
  });
});
