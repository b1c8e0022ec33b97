import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { anAuthorizedPort } from "../../../../test/compared-host.ts";
import { eachDatabase, freshPlace, STORE_KINDS } from "../../../../test/databases.ts";
import type { Party, Principal } from "../../../model/index.ts";
import { openStore, readMigrations, type Store } from "../../../platform/storage/index.ts";
import { beginLog, recordChange } from "../../../record/change/index.ts";
import { signingKey } from "../../../record/evidence/index.ts";
import { baselineDigest } from "../digest.ts";
import { approve, readVersions } from "./baseline-store.ts";
import { recordApproval } from "./approval-store.ts";
import { proposalName } from "../read-baseline.ts";
import {
  findProposal,
  latestProposals,
  proposalsOf,
  proposedDocument,
  recordDraft,
  recordProposal,
} from "./proposal-store.ts";

const AT = Date.UTC(2026, 2, 14, 9);
const key = signingKey(generateKeyPairSync("ed25519").privateKey)!;

async function begun(store: Store): Promise<Store> {
  await store.transaction((tx) => beginLog(tx, { key, at: AT }));
  return store;
}

const party = (name: string): Party => ({ person: name, name, through: "account" });
const document = (port: number): string => `version: 1 # ${port}\n`;
const ports = (port: number) => [anAuthorizedPort({ port, justification: "shop" })];

async function proposalBy(store: Store, user: string, port: number): Promise<void> {
  await recordChange({ store, key }, AT, (change) => {
    recordProposal(change, {
      by: `${user} (session)`,
      user,
      parties: [party(user), { person: "root", name: "Root", through: "link", since: AT }],
      document: document(port),
      file: "port-baseline.yaml",
      ports: ports(port),
      onVersion: 0,
    });
  });
}

async function approvalBy(store: Store, principal: Principal | undefined, at: number, port: number): Promise<void> {
  await recordChange({ store, key }, at, async (change) => {
    const version = await approve(change.tx, { ports: ports(port), document: document(port), by: "Ada", at });
    const [proposal] = await proposalsOf(change.tx, version.digest);
    if (proposal === undefined) throw new Error("nobody proposed it");
    recordApproval(change, version, { principal, parties: [party("Ada")], proposal });
  });
}

const ADA: Principal = { kind: "person", name: "Ada", user: "user-1", id: "session-1", roles: ["approver"] };

eachDatabase("decisions on port baselines", (open) => {
  it("have their own rows, bound to the entries they were recorded with", async () => {
    const store = await begun(await open());
    const draft = { by: "user-2 (session)", user: "user-2", document: "version: 1\n", proposed: 3 };
    await recordChange({ store, key }, AT, (change) => recordDraft(change, draft));
    await proposalBy(store, "user-2", 22);
    await proposalBy(store, "user-2", 80);
    await approvalBy(store, ADA, AT + 1, 22);
    await approvalBy(store, undefined, AT + 2, 80);
    const rows = await store.db.selectFrom("baseline_proposal").selectAll().orderBy("id").execute();
    expect(rows).toMatchObject([
      {
        user_id: "user-2",
        proposed: 3,
        document: null,
        digest: expect.stringMatching(/^[0-9a-f]{64}$/),
        entry_index: 1,
      },
      { user_id: "user-2", proposed: 1, document: document(22), entry_index: 2 },
      { user_id: "user-2", proposed: 1, document: document(80), entry_index: 3 },
    ]);
    const proposed = rows.slice(1).map(({ id }) => ({ proposal_id: id, parties: [party("Ada")] }));
    const approved = { approved_by: "Ada" };
    expect(await store.db.selectFrom("baseline_approval").selectAll().orderBy("version").execute()).toEqual([
      {
        ...approved,
        ...proposed[0],
        version: 1,
        approved_at: new Date(AT + 1),
        through: "person",
        user_id: "user-1",
        entry_index: 4,
      },
      {
        ...approved,
        ...proposed[1],
        version: 2,
        approved_at: new Date(AT + 2),
        through: "operator",
        user_id: null,
        entry_index: 5,
      },
    ]);
    expect((await readVersions(store.db, {})).map(({ approvedBy, proposedBy }) => [approvedBy, proposedBy])).toEqual([
      ["typed by the operator: Ada", "user-2 (session)"],
      ["Ada", "user-2 (session)"],
    ]);
  });

  it("are found by the document, by the ports, and newest first; a draft is none of them", async () => {
    const store = await begun(await open());
    await recordChange({ store, key }, AT, (change) =>
      recordDraft(change, { by: "x", user: "user-2", document: document(22), proposed: 3 }),
    );
    expect(await latestProposals(store.db, 9)).toEqual([]);
    await proposalBy(store, "user-2", 22);
    await proposalBy(store, "user-3", 22);
    await proposalBy(store, "user-3", 80);
    const [first] = await proposalsOf(store.db, baselineDigest(ports(22)));
    expect((await proposalsOf(store.db, baselineDigest(ports(22)))).map(({ user }) => user)).toEqual([
      "user-2",
      "user-3",
    ]);
    expect(await findProposal(store.db, first?.proposal ?? "")).toEqual(first);
    expect(first?.parties).toEqual([party("user-2"), { person: "root", name: "Root", through: "link", since: AT }]);
    expect((await latestProposals(store.db, 2)).map(({ proposal }) => proposal)).toEqual([
      proposalName(document(80)),
      proposalName(document(22)),
    ]);
    expect(await proposedDocument(store.db, proposalName(document(80)))).toBe(document(80));
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
    } finally {
      await store.close();
      await place.remove();
    }
  });
});
