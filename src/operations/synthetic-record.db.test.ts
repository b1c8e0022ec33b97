import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { eachDatabase, freshPlace } from "../../test/databases.ts";
import { createApp, type App } from "../app.ts";
import { createSimulatedClock, createSimulatedNetwork, createWorld } from "../sensing/simulated/index.ts";

const NOON = Date.parse("2026-03-14T12:00:00Z");
const SCOPE = `version: 1
name: shop
systemTypes: { host: { cadence: 1h, ports: "22,80" } }
targets: [{ name: dmz, addresses: [127.0.9.7], systemType: host }]
assets: [{ name: web-1, addresses: [127.0.9.7] }]
`;

eachDatabase("a record of a simulated network", (_open, kind) => {
  const directory = mkdtempSync(join(tmpdir(), "portolan-synthetic-"));
  let place: Awaited<ReturnType<typeof freshPlace>>;
  beforeAll(async () => {
    place = await freshPlace(kind);
    writeFileSync(join(directory, "portolan.yaml"), SCOPE);
  });
  afterAll(async () => {
    await place.remove();
    rmSync(directory, { recursive: true, force: true });
  });

  const clock = createSimulatedClock(NOON);
  const simulated = () => createSimulatedNetwork(createWorld([{ address: "127.0.9.7", open: [] }]), clock);
  async function opened<T>(config: object, work: (app: App) => Promise<T>, home = place.home): Promise<T> {
    const app = await createApp({ directory, home, databaseUrl: place.databaseUrl, clock, ...config });
    try {
      return await work(app);
    } finally {
      await app.close();
    }
  }

  it("has a log whose name says so, in every checkpoint", async () => {
    await opened({ simulated: simulated() }, async (app) => {
      await app.turns.target("dmz");
      const { note } = await app.operations.evidence.checkpoint();
      expect(note).toMatch(/^portolan-synthetic\/[0-9a-f]{16}\n/);
      expect((await app.operations.status.get()).synthetic).toBe(true);
      expect((await app.operations.evidence.verify({})).ok).toBe(true);
    });
  });

  it("is never continued with packets: the guard refuses its own scope, and says so in an entry", async () => {
    await opened({}, async (app) => {
      expect(await app.synthetic()).toBe(true);
      const run = app.operations.sweeps.run({ targets: [], engine: "auto", requestedBy: "test" }, {});
      await expect(run).rejects.toMatchObject({ code: "target-refused", message: expect.stringMatching(/synthetic/) });
      const { entries } = await app.operations.evidence.entries({ type: ["sweep-refused"], limit: 10 });
      expect(entries).toHaveLength(1);
      const sweeps = await app.operations.sweeps.list({ limit: 10 });
      expect(sweeps.sweeps).toHaveLength(1);
    });
  });

  it("says so in every export", async () => {
    await opened({}, async (app) => {
      for (const format of ["csv", "cef", "slack", "html", "mail"] as const) {
        const { content } = await app.operations.findings.export({ format });
        const pieces: Uint8Array[] = [];
        for await (const piece of content) pieces.push(piece);
        expect(Buffer.concat(pieces).toString("utf8"), format).toMatch(/synthetic record/i);
      }
    });
  });

  it("takes no record of a real network for its own", async () => {
    const other = await freshPlace(kind);
    const real = { databaseUrl: other.databaseUrl };
    await opened(
      real,
      async (app) => {
        await app.operations.status.get();
        expect(await app.synthetic()).toBe(false);
      },
      other.home,
    );
    await expect(
      opened({ ...real, simulated: simulated() }, () => Promise.resolve(), other.home),
    ).rejects.toMatchObject({
      code: "conflict",
    });
    await other.remove();
  });
});
