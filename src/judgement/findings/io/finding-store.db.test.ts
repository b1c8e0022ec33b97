import { sql, type KyselyPlugin } from "kysely";
import { expect, it } from "vitest";
import { eachDatabase } from "../../../../test/databases.ts";
import {
  portSubject,
  type Deviation,
  type DeviationSubject,
  type Finding,
  type Instant,
} from "../../../model/index.ts";
import type { Store, Tx } from "../../../platform/storage/index.ts";
import type { Applied } from "../entries.ts";
import { transitions, type Transition } from "../life.ts";
import { findingById, pageOfFindings } from "./finding-pages.ts";
import { applyTransitions, listFindings, storedFindings } from "./finding-store.ts";
import { recording } from "../../../../test/recording.ts";

const portOf = (subject: DeviationSubject): number | undefined => (subject.about === "port" ? subject.port : undefined);
const onPort = (port: number, address = "10.0.0.2"): Deviation => ({
  kind: "unauthorized-open",
  subject: portSubject({ asset: "web-1", addresses: [address], transport: "tcp", port, owner: "team 'web'" }),
  summary: `port ${port} is "open" \\ on 10.0.0.2`,
  endpoints: [{ address: "10.0.0.2", transport: "tcp", port }],
});

/** One sweep: the deviations seen, and the findings that are gone. */
async function sweepIn(
  tx: Tx,
  at: Instant,
  seen: readonly Deviation[],
  gone: readonly Finding[] = [],
): Promise<Applied> {
  const closings = gone.map(({ fingerprint }) => ({ fingerprint, resolution: `closed at ${at}` }));
  const found = transitions(await storedFindings(tx, { vantage: "inside" }), seen, closings, at, "inside");
  return await applyTransitions(tx, found, { vantage: "inside" });
}

function sweep(store: Store, at: Instant, seen: readonly Deviation[], gone?: readonly Finding[]): Promise<Applied> {
  return recording(store, (tx) => sweepIn(tx, at, seen, gone));
}

const kindsOf = ({ opened, regressed, resolved, seen }: Applied): number[] =>
  [opened, regressed, resolved, seen].map(({ length }) => length);

eachDatabase("findings", (open) => {
  it("follow the pure transitions in the record, with one event per change", async () => {
    const store = await open();
    const { opened } = await sweep(store, 1_000, [onPort(23), onPort(80)]);
    expect(opened).toEqual(
      [23, 80].map((port, index) => ({
        id: index + 1,
        fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
        kind: "unauthorized-open",
        vantage: "inside",
        subject: onPort(port).subject,
        summary: onPort(port).summary,
        status: "new",
        openedAt: 1_000,
        lastSeenAt: 1_000,
      })),
    );
    expect(await listFindings(store.db)).toEqual(opened.toReversed());

    // Seen again, which changes nothing in the record; and then described differently.
    expect(kindsOf(await sweep(store, 1_500, [onPort(23)]))).toEqual([0, 0, 0, 0]);
    expect(kindsOf(await sweep(store, 2_000, [{ ...onPort(23), summary: "telnet" }]))).toEqual([0, 0, 0, 1]);
    const telnet = opened.slice(0, 1);
    const { resolved } = await sweep(store, 3_000, [], telnet);
    expect(resolved).toMatchObject([
      { id: 1, status: "resolved", resolvedAt: 3_000, lastSeenAt: 2_000, resolution: "closed at 3000" },
    ]);
    expect(kindsOf(await sweep(store, 4_000, [], telnet))).toEqual([0, 0, 0, 0]);
    const { regressed } = await sweep(store, 5_000, [onPort(23)]);
    const earlier = [{ openedAt: 1_000, lastSeenAt: 2_000, resolvedAt: 3_000, resolution: "closed at 3000" }];
    const again = { status: "regressed", openedAt: 5_000, lastSeenAt: 5_000, earlier };
    expect(regressed).toEqual([{ ...telnet[0], ...again }]);
    expect(await listFindings(store.db, { status: ["regressed"] })).toEqual(regressed);

    const events = await store.db
      .selectFrom("finding_event")
      .select(["finding_id", "status", "note"])
      .orderBy("id")
      .execute();
    expect(events).toEqual([
      { finding_id: 1, status: "new", note: onPort(23).summary },
      { finding_id: 2, status: "new", note: onPort(80).summary },
      { finding_id: 1, status: "resolved", note: "closed at 3000" },
      { finding_id: 1, status: "regressed", note: onPort(23).summary },
    ]);
  });

  it("keep the times of every episode, the one that ended with the scope among them", async () => {
    const store = await open();
    await recording(store, (tx) =>
      sql`INSERT INTO scope_version (version, digest, document, scope, recorded_at, recorded_by)
        VALUES (2, 'd', '', '{}', now(), 'jane')`.execute(tx),
    );
    const [{ fingerprint } = { fingerprint: "" }] = (await sweep(store, 1_000, [onPort(23)])).opened;
    const leave = (at: Instant): Promise<Applied> =>
      recording(store, async (tx) => {
        const all = await listFindings(tx);
        const found = transitions(all, [], [{ fingerprint, scopeVersion: 2 }], at, "inside");
        return applyTransitions(tx, found, { vantage: "inside" });
      });
    expect((await leave(2_000)).left).toMatchObject([
      { status: "out-of-scope", outOfScope: { at: 2_000, version: 2 } },
    ]);
    expect(kindsOf(await leave(2_500))).toEqual([0, 0, 0, 0]);
    await sweep(store, 3_000, [onPort(23)]);
    await sweep(store, 4_000, [], await listFindings(store.db));
    await sweep(store, 5_000, [onPort(23)]);
    const [finding] = await listFindings(store.db);
    expect(finding).toMatchObject({ status: "regressed", openedAt: 5_000, lastSeenAt: 5_000 });
    expect(finding).not.toHaveProperty("outOfScope");
    expect(finding?.earlier).toEqual([
      { openedAt: 1_000, lastSeenAt: 1_000, outOfScope: { at: 2_000, version: 2 } },
      { openedAt: 3_000, lastSeenAt: 3_000, resolvedAt: 4_000, resolution: "closed at 4000" },
    ]);
    const opened = async (openedSince: Instant, openedUntil: Instant): Promise<number> =>
      (await pageOfFindings(store.db, { openedSince, openedUntil })).length;
    expect([await opened(2_000, 3_000), await opened(3_000, 3_001), await opened(5_000, 9_000)]).toEqual([0, 1, 1]);
    const { events } = (await findingById(store.db, finding?.id ?? 0)) ?? {};
    expect(events?.map(({ status, note }) => `${status}: ${note}`)[1]).toBe(
      "out-of-scope: out of scope since version 2",
    );
  });

  it("are listed open ones first, then the newest first", async () => {
    const store = await open();
    await sweep(store, 1_000, [onPort(1), onPort(2), onPort(3)]);
    await sweep(store, 2_000, [onPort(4)]);
    const all = await listFindings(store.db);
    await sweep(
      store,
      3_000,
      [],
      all.filter(({ subject }) => portOf(subject) === 4),
    );
    await sweep(
      store,
      4_000,
      [onPort(5)],
      all.filter(({ subject }) => portOf(subject) === 2),
    );
    const listed = await listFindings(store.db);
    expect(listed.map(({ subject, status }) => [portOf(subject), status === "resolved"])).toEqual([
      [5, false],
      [3, false],
      [1, false],
      [2, true],
      [4, true],
    ]);
    expect(await listFindings(store.db, { status: ["resolved"] })).toEqual(listed.slice(3));
    expect(await listFindings(store.db, { status: [] })).toEqual([]);
    expect(await listFindings(store.db, { vantage: "outside" })).toEqual([]);
  });

  it("keep the time and the subject of a gap", async () => {
    const store = await open();
    const gap: Deviation = {
      kind: "coverage-gap",
      subject: { about: "target", target: "dmz" },
      summary: "not swept",
      endpoints: [],
      during: { from: 500 },
    };
    const { opened } = await sweep(store, 1_000, [gap]);
    expect(opened[0]?.during).toEqual({ from: 500 });
    const { seen } = await sweep(store, 2_000, [{ ...gap, during: { from: 500, to: 1_500 } }]);
    expect(seen[0]?.during).toEqual({ from: 500, to: 1_500 });
    expect(await listFindings(store.db)).toEqual(seen);
  });

  it("are written in a number of statements that does not depend on how many they are", async () => {
    const store = await open();
    const many = Array.from({ length: 5_000 }, (_, index) => onPort(index + 1));
    const statements = async (...found: [Instant, readonly Deviation[], (readonly Finding[])?]): Promise<number> => {
      let count = 0;
      const counter: KyselyPlugin = {
        transformQuery: ({ node }) => {
          count += 1;
          return node;
        },
        transformResult: async ({ result }) => result,
      };
      await recording(store, (tx) => sweepIn(tx.withPlugin(counter), ...found));
      return count;
    };
    // List, vantage point twice, insert, events.
    expect(await statements(1_000, many)).toBe(5);
    expect(await listFindings(store.db)).toHaveLength(5_000);
    const all = await listFindings(store.db);
    // List, lock, vantage point, since when it is bound, coverage, update, events.
    expect(await statements(2_000, many.slice(0, 2_500), all.slice(0, 2_500))).toBe(7);
    const counts = await sql<{
      status: string;
      n: number;
    }>`SELECT status, count(*) AS n FROM finding GROUP BY status ORDER BY status`.execute(store.db);
    expect(counts.rows).toEqual([
      { status: "new", n: 2_500 },
      { status: "resolved", n: 2_500 },
    ]);
  });

  it("take into account what another transaction did since they were read", async () => {
    const store = await open();
    const stale: Transition[] = transitions([], [onPort(23)], [], 1_000, "inside");
    const apply = (found: readonly Transition[]): Promise<Applied> =>
      recording(store, (tx) => applyTransitions(tx, found, { vantage: "inside" }));
    const { opened } = await apply(stale);
    expect(kindsOf(await apply(stale))).toEqual([0, 0, 0, 0]);

    // Both read it as new at 1,000; one sees it on another address at 3,000, the other brings older evidence.
    const elsewhere = onPort(23, "10.0.0.3");
    const seen = transitions(opened, [elsewhere], [], 3_000, "inside");
    const older = transitions(
      opened,
      [],
      [{ fingerprint: opened[0]!.fingerprint, resolution: "closed" }],
      2_000,
      "inside",
    );
    const again = transitions(opened, [{ ...onPort(23), summary: "telnet" }], [], 4_000, "inside");
    await apply(seen);
    expect(kindsOf(await apply(older))).toEqual([0, 0, 0, 0]);
    expect((await apply(again)).seen).toMatchObject([{ subject: { addresses: ["10.0.0.2", "10.0.0.3"] } }]);

    const closing = transitions(
      opened,
      [],
      [{ fingerprint: opened[0]!.fingerprint, resolution: "closed" }],
      5_000,
      "inside",
    );
    expect(kindsOf(await apply(closing))).toEqual([0, 0, 1, 0]);
    expect(kindsOf(await apply(closing))).toEqual([0, 0, 0, 0]);
    const other = [{ ...onPort(23), summary: "ssh" }];
    expect(kindsOf(await apply(transitions(opened, other, [], 6_000, "inside")))).toEqual([0, 1, 0, 0]);
  });

  it("open once when two sweeps see the same at once", async () => {
    const store = await open();
    const results = await Promise.all([1_000, 1_001].map((at) => sweep(store, at, [onPort(23), onPort(24)])));
    expect(results.flatMap(({ opened }) => opened)).toHaveLength(2);
    expect(await listFindings(store.db)).toHaveLength(2);
  });

  it("do nothing for no transitions", async () => {
    const store = await open();
    expect(kindsOf(await sweep(store, 1_000, []))).toEqual([0, 0, 0, 0]);
    expect(await store.db.selectFrom("vantage_point").selectAll().execute()).toEqual([]);
  });

  it("are refused, by their number, where what is stored is about nothing that their kind is about", async () => {
    const store = await open();
    const { opened } = await sweep(store, 1_000, [onPort(23)]);
    await recording(store, (tx) => sql`UPDATE finding SET subject = subject - 'port'`.execute(tx));
    await expect(listFindings(store.db)).rejects.toMatchObject({
      code: "store-unavailable",
      place: `table finding, id ${opened[0]?.id}`,
    });
  });
});
