import { generateKeyPairSync } from "node:crypto";
import { expect, it } from "vitest";
import { eachDatabase } from "../../../test/databases.ts";
import { beginLog } from "../../record/change/index.ts";
import { readEntries, signingKey } from "../../record/evidence/index.ts";
import { recordEvidenceRead } from "./evidence-read.ts";

const clock = { now: () => Date.parse("2026-03-14T12:00:00Z") };
const key = signingKey(generateKeyPairSync("ed25519").privateKey)!;
const by = { name: "operator (root)", kind: "operator" } as const;

eachDatabase("a read of evidence", (open) => {
  it("is an entry with who read what, and from which address", async () => {
    const store = await open();
    await recordEvidenceRead({ store, clock }, { by, what: "GET /api/v1/backup" });
    await store.transaction((tx) => beginLog(tx, { key, at: clock.now() }));
    await recordEvidenceRead({ store, clock }, { by, what: "GET /api/v1/evidence/verify" });
    await recordEvidenceRead({ store, clock }, { by, what: "GET /api/v1/backup", address: "10.77.0.9" });
    const data: unknown[] = [];
    for await (const { type, body } of readEntries(store.db)) {
      if (type === "evidence-read") data.push((JSON.parse(body) as { data: unknown }).data);
    }
    expect(data).toEqual([
      { by: "operator (root)", kind: "operator", what: "GET /api/v1/evidence/verify" },
      { by: "operator (root)", kind: "operator", what: "GET /api/v1/backup", address: "10.77.0.9" },
    ]);
  });

  it("of a broken log happens without an entry: that is how one finds out what is broken", async () => {
    const store = await open();
    await store.transaction(async (tx) => {
      await beginLog(tx, { key, at: clock.now() });
      await tx.updateTable("evidence_head").set({ size: 7 }).execute();
    });
    await recordEvidenceRead({ store, clock }, { by, what: "GET /api/v1/evidence/verify" });
    expect(await store.db.selectFrom("evidence_entry").select("index").execute()).toHaveLength(1);
  });
});
