// @module-tag long
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo, type Server } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createApp, type App } from "../../src/app.ts";
import { freshPlace, STORE_KINDS, type Place } from "../databases.ts";

/** A clock that ran ahead by 80 minutes and was set right. The clock of the application is shifted, not the machine's. */

const MINUTE = 60_000;
const AHEAD = 80 * MINUTE;
const request = { targets: [], engine: "connect", requestedBy: "jane" } as const;

describe.each(STORE_KINDS)("a record that is ahead of the clock, on %s,", (kind) => {
  let directory: string;
  let place: Place;
  let shift: number;
  let app: App;
  let server: Server;
  let port: number;
  /** An instant shortly after the sweep by the clock that was ahead. */
  let future: number;
  const clock = { now: () => Date.now() + shift };

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "portolan-clock-"));
    place = await freshPlace(kind);
    server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    ({ port } = server.address() as AddressInfo);
    await new Promise((closed) => server.close(closed));
    await writeFile(
      join(directory, "portolan.yaml"),
      `version: 1
name: clock
systemTypes: { host: { cadence: 10m, ports: "${port}" } }
targets: [{ name: here, addresses: [127.0.0.1], systemType: host }]
assets: [{ name: me, addresses: [127.0.0.1], owner: ops }]
`,
    );
    shift = AHEAD;
    app = await createApp({ directory, home: place.home, databaseUrl: place.databaseUrl, clock, identify: false });
    await app.operations.sweeps.run(request, {});
    future = clock.now() + 1_000;
    shift = 0;
    server = createServer().listen(port, "127.0.0.1");
    await once(server, "listening");
  }, 60_000);

  afterEach(async () => {
    await app.close();
    server.close();
    await place.remove();
    await rm(directory, { recursive: true, force: true });
  });

  it("refuses sweeps and says what to do", async () => {
    const { operations } = app;
    await expect(operations.sweeps.run(request, {})).rejects.toMatchObject({
      code: "store-unavailable",
      next: expect.stringContaining("portolan clock accept") as unknown,
    });
    expect(await operations.clock.get()).toMatchObject({ ahead: true });
    expect((await operations.status.get()).aheadUntil).toBeDefined();
    shift = AHEAD + MINUTE;
    await operations.sweeps.run(request, {});
  });

  it("trusts no sweep that is running when the clock is set back", async () => {
    const { operations } = app;
    shift = AHEAD + MINUTE;
    const onProgress = ({ phase }: { readonly phase: string }): void => {
      if (phase === "recording") shift = 0;
    };
    const { sweep, open } = await operations.sweeps.run(request, { onProgress });
    expect(open).toHaveLength(1);
    expect(sweep).toMatchObject({ verdict: "untrusted", reason: "the clock was set back while it ran" });
    await operations.clock.accept({ requestedBy: "jane" });
    expect((await operations.sweeps.run(request, {})).sweep.verdict).toBe("complete");
    shift = AHEAD + MINUTE;
    expect(await operations.history.at({ at: clock.now() })).toMatchObject({ counts: { open: 0, unknown: 1 } });
    expect(await operations.evidence.verify({})).toMatchObject({ ok: true });
  });

  it("knows nothing of the future once the clock is accepted, and records the step", async () => {
    const { operations } = app;
    const accepted = await operations.clock.accept({ requestedBy: "jane" });
    expect(accepted.runs).toBe(1);
    await expect(operations.clock.accept({ requestedBy: "jane" })).rejects.toMatchObject({ code: "conflict" });
    expect(await operations.clock.get()).toMatchObject({ ahead: false, recordedUntil: accepted.at });
    const now = await operations.sweeps.run(request, {});
    expect(now.open).toMatchObject([{ port }]);
    expect(await operations.history.at({ at: clock.now() })).toMatchObject({ counts: { open: 1, closed: 0 } });

    shift = AHEAD + MINUTE;
    expect(await operations.history.at({ at: future })).toMatchObject({ counts: { open: 0, closed: 0, unknown: 1 } });
    expect((await operations.exposure.get({ at: future })).endpoints).toEqual([]);
    const before = Date.parse(accepted.at) + MINUTE;
    expect(await operations.history.diff({ from: before, to: future })).toMatchObject({ changes: [], compared: 0 });
    const { assets } = await operations.history.gaps({ from: before, to: future });
    const [gap] = assets[0]?.gaps ?? [];
    expect(Date.parse(gap?.to ?? "")).toBe(future);
    expect(gap?.cause).toContain("the clock was ahead");
    expect(await operations.evidence.verify({})).toMatchObject({
      ok: true,
      outOfOrder: [{ at: accepted.at, before: accepted.aheadUntil }],
    });
    const entries = await operations.evidence.entries({ type: ["gap-recorded"], limit: 10 });
    expect(entries.entries.map(({ index }) => index)).toEqual([accepted.entry]);
  });
});
