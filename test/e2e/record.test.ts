import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createApp, type App, type AppEvent } from "../../src/app.ts";
import { openStore } from "../../src/platform/storage/index.ts";
import { freshPlace, type Place } from "../databases.ts";
import { recording } from "../recording.ts";

/**
 * The record must never claim more than was observed. Tested on the application with a clock that can be moved, and on
 * PostgreSQL, which a test opens and closes quickly.
 */

const HOUR = 3_600_000;
const request = { targets: [], engine: "auto", requestedBy: "test" } as const;

let directory: string;
let place: Place;
let shift = 0;
let app: App | undefined;
const clock = { now: () => Date.now() + shift };

async function use(scope: string): Promise<App> {
  await app?.close();
  await writeFile(join(directory, "portolan.yaml"), scope);
  app = await createApp({ directory, home: place.home, databaseUrl: place.databaseUrl, clock, identify: false });
  return app;
}

const scopeOf = (rest: string): string => `version: 1
name: record
systemTypes: { host: { cadence: 1h, ports: "1-300" } }
${rest}`;
const HERE = scopeOf("targets: [{ name: here, addresses: [127.0.0.1], systemType: host }]\n");

beforeEach(async () => {
  shift = 0;
  directory = await mkdtemp(join(tmpdir(), "portolan-record-"));
  place = await freshPlace("postgresql");
});

afterEach(async () => {
  await app?.close();
  app = undefined;
  await place.remove();
  await rm(directory, { recursive: true, force: true });
});

describe("a pause", () => {
  it("is a recorded gap and a missed window with both its ends, before the next sweep", async () => {
    const { operations, begin } = await use(HERE);
    await operations.sweeps.run(request, {});
    shift = 5 * HOUR;
    const events: AppEvent[] = [];
    await begin({ onEvent: (event) => events.push(event) });
    expect(events.map(({ kind }) => kind)).toEqual(["gap", "finding-opened"]);
    const after = await operations.sweeps.run(request, {});
    expect(after.resolved).toMatchObject([{ kind: "coverage-gap", subject: { target: "here" } }]);
    const { from = "", to = "" } = after.resolved[0]?.gap ?? {};
    expect((Date.parse(to) - Date.parse(from)) / HOUR).toBeCloseTo(4, 1);
  });

  it("leaves its missed window in the record even when the next sweep comes first", async () => {
    const { operations } = await use(HERE);
    await operations.sweeps.run(request, {});
    shift = 5 * HOUR;
    const after = await operations.sweeps.run(request, {});
    expect(after.resolved).toMatchObject([{ kind: "coverage-gap", status: "resolved" }]);
    expect((await operations.findings.all({})).findings).toHaveLength(1);
    expect(await operations.evidence.verify({})).toMatchObject({ ok: true });
  });
});

describe("a sweep that a crash left behind", () => {
  async function crashed(ofAge: number): Promise<number> {
    const { operations } = await use(HERE);
    const controller = new AbortController();
    const done = await operations.sweeps.run(request, { signal: controller.signal });
    await app?.close();
    app = undefined;
    // The record that a kill -9 leaves behind: a running sweep with a journal of part of the plan.
    const store = await openStore(place);
    const { plan, vantage_id, scope_version } = await store.db
      .selectFrom("sweep")
      .select(["plan", "vantage_id", "scope_version"])
      .where("id", "=", done.sweep.id)
      .executeTakeFirstOrThrow();
    const at = new Date(clock.now() - ofAge);
    const { id } = await recording(store, (tx) =>
      tx
        .insertInto("sweep")
        .values({
          kind: "full",
          targets: JSON.stringify(["here"]),
          vantage_id,
          engine: "connect",
          parameters: JSON.stringify({
            rate: 1_000,
            perHostRate: 1_000,
            timeout: 500,
            loopbackTimeout: 500,
            retries: 1,
            retryDelay: 100,
            concurrency: 100,
          }),
          plan: JSON.stringify(plan),
          plan_digest: done.planDigest,
          seed: done.seed,
          planned: 300,
          scope_version,
          requested_by: "test",
          started_at: at,
          ended_at: null,
          verdict: null,
          reason: null,
          counts: null,
          // By the clock of the database, which nobody sets.
          lease_until: new Date(0),
        })
        .returning("id")
        .executeTakeFirstOrThrow(),
    );
    await store.db
      .insertInto("sweep_chunk")
      .values({
        sweep_id: id,
        first_index: 0,
        next_index: 100,
        run: 0,
        states: new Uint8Array(100).fill(2),
        probed_from: at,
        probed_to: at,
        open_at: "[]",
      })
      .execute();
    await store.close();
    return id;
  }

  it("is resumed while its observations are minutes old, and says so", async () => {
    const orphan = await crashed(60_000);
    const { operations } = await use(HERE);
    const result = await operations.sweeps.run(request, {});
    expect(result.sweep).toMatchObject({ id: orphan, verdict: "complete" });
    expect(result.runs).toHaveLength(2);
  });

  it("is closed as partial when it is older, and a new sweep begins", async () => {
    shift = 5 * HOUR;
    const orphan = await crashed(4 * HOUR);
    const { operations } = await use(HERE);
    const result = await operations.sweeps.run(request, {});
    expect(result.sweep.id).toBeGreaterThan(orphan);
    expect(result.runs).toHaveLength(1);
    await app?.close();
    app = undefined;
    const store = await openStore(place);
    const closed = await store.db.selectFrom("sweep").select("verdict").where("id", "=", orphan).executeTakeFirst();
    await store.close();
    expect(closed).toEqual({ verdict: "partial" });
  });
});

describe("an asset whose name does not resolve", () => {
  it("is a finding of the sweep that could not probe it", async () => {
    const scope = scopeOf(`targets: [{ name: net, addresses: [127.0.0.1, ghost.invalid], systemType: host }]\n`);
    const { operations } = await use(scope);
    const result = await operations.sweeps.run(request, {});
    expect(result.findings).toMatchObject([{ kind: "coverage-gap", subject: { asset: "ghost.invalid" } }]);
  });
});

describe("an approval", () => {
  let listening: Server;

  beforeEach(async () => {
    listening = createServer((socket) => socket.on("error", () => undefined).destroy()).listen(0, "127.0.0.1");
    await once(listening, "listening");
  });

  afterEach(() => void listening.close());

  it("ends its authorizations, and no gap", async () => {
    const address = listening.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const scope = scopeOf(
      `targets: [{ name: net, addresses: [127.0.0.1, ghost.invalid], systemType: host }]\n`,
    ).replace("1-300", `1-300,${port}`);
    const { operations } = await use(scope);
    const approve = (ports: string) =>
      operations.baseline.approve({
        document: `version: 1\nauthorizedPorts: ${ports}\n`,
        file: "b.yaml",
        approvedBy: "Ada",
      });
    await approve(
      `[{ asset: "127.0.0.1", port: 1, presence: optional, owner: me, justification: the first of all ports }]`,
    );
    const swept = await operations.sweeps.run(request, {});
    const kinds = swept.findings.map(({ kind }) => kind).sort();
    expect(kinds).toContain("unauthorized-open");
    expect(kinds).toContain("coverage-gap");
    const { resolved } = await approve(
      `[{ asset: "127.0.0.1", port: 1-65535, presence: optional, owner: me, justification: all of it }]`.replace(
        "1-65535",
        '"1-65535"',
      ),
    );
    expect(new Set(resolved.map(({ kind }) => kind))).toEqual(new Set(["unauthorized-open"]));
    expect((await operations.findings.all({ status: ["new"] })).findings.map(({ kind }) => kind)).toEqual([
      "coverage-gap",
    ]);
  });
});

describe("gaps", () => {
  it("are reported for an asset for the time it was in scope, also after it left", async () => {
    const { operations } = await use(HERE);
    await operations.sweeps.run(request, {});
    shift = 10 * HOUR;
    const later = await use(HERE.replace("name: here", "name: moved"));
    await later.operations.sweeps.run(request, {});
    const { assets } = await later.operations.history.gaps({ from: clock.now() - 10 * HOUR, to: clock.now() });
    expect(assets.map(({ asset }) => asset)).toEqual(["here", "moved"]);
    expect(assets[0]?.gaps).toHaveLength(1);
    expect(assets[0]?.covered).toBeLessThan(0.3);
  });
});
