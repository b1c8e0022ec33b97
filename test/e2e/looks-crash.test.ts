import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createApp } from "../../src/app.ts";
import { openStore } from "../../src/platform/storage/index.ts";
import { freshPlace, STORE_KINDS, type Place } from "../databases.ts";

/**
 * kill -9 between and in the middle of sweeps of known endpoints that see nothing new, repeatedly on one record. Each
 * time every sweep that was reported as recorded is in the record, as a sweep or as a look, and the tables agree with
 * the log. Rounds: PORTOLAN_CRASH_ROUNDS, 2 by default.
 */
const ROUNDS = Number(process.env["PORTOLAN_CRASH_ROUNDS"] ?? 2);
const CHILD = fileURLToPath(new URL("./look-child.ts", import.meta.url));
const HOST = "127.0.0.77";

/** Starts sweeping in a process of its own, and kills it this long after it reported so many as recorded. */
async function lookAndKill(args: readonly string[], reported: number, after: number): Promise<number> {
  const child = spawn(process.execPath, [CHILD, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  let looks = 0;
  createInterface({ input: child.stdout }).on("line", () => {
    if ((looks += 1) === reported) setTimeout(() => child.kill("SIGKILL"), after);
  });
  await once(child, "close");
  return looks;
}

describe.each(STORE_KINDS)("kill -9 of looks on %s", (kind) => {
  let directory: string;
  let place: Place;
  let listening: Server;
  const config = () => ({ directory, home: place.home, databaseUrl: place.databaseUrl, identify: false });

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "portolan-looks-"));
    place = await freshPlace(kind);
    listening = createServer((socket) => socket.on("error", () => undefined).destroy()).listen(0, HOST);
    await once(listening, "listening");
    const address = listening.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const scope = `version: 1
name: looks
systemTypes: { host: { cadence: 1h, ports: "${port}" } }
targets: [{ name: there, addresses: [${HOST}], systemType: host, undeclared: allow }]
`;
    await writeFile(join(directory, "portolan.yaml"), scope);
    const app = await createApp(config());
    await app.operations.sweeps.run({ targets: [], engine: "auto", requestedBy: "test" }, {});
    await app.close();
  });

  afterAll(async () => {
    listening.close();
    await place.remove();
    await rm(directory, { recursive: true, force: true });
  });

  it(
    "loses none that was reported, and the next one covers",
    async () => {
      const args = [directory, place.home, ...(place.databaseUrl === undefined ? [] : [place.databaseUrl])];
      let recorded = await recordedIn(config());
      for (let round = 0; round < ROUNDS; round += 1) {
        const reported = await lookAndKill(args, 5, (round * 37) % 120);
        const now = await recordedIn(config());
        // One more may have been recorded and not reported; an orphan that this one settled is a sweep.
        expect(now.looks + now.sweeps - recorded.looks - recorded.sweeps).toBeGreaterThanOrEqual(reported);
        expect(now.running).toBeLessThanOrEqual(1);
        const app = await createApp(config());
        try {
          const verified = await app.operations.evidence.verify({ answers: true });
          expect(verified).toMatchObject({ ok: true, tables: { contradictions: [] } });
          expect(verified.unsignedLooks?.looks).toBe(now.looks);
          const [state] = (await app.operations.history.at({ at: Date.now() })).assets;
          expect(state).toMatchObject({ counts: { open: 1, unknown: 0 } });
        } finally {
          await app.close();
        }
        recorded = now;
      }
      expect(recorded.looks).toBeGreaterThanOrEqual(ROUNDS * 3);
    },
    ROUNDS * 60_000,
  );
});

async function recordedIn(place: {
  home: string;
  databaseUrl: string | undefined;
}): Promise<{ readonly looks: number; readonly sweeps: number; readonly running: number }> {
  const store = await openStore(place);
  const { rows } = await sql<{ looks: number; sweeps: number; running: number }>`
    SELECT (SELECT count(*)::int4 FROM look) AS looks,
      (SELECT count(*)::int4 FROM sweep WHERE ended_at IS NOT NULL) AS sweeps,
      (SELECT count(*)::int4 FROM sweep WHERE ended_at IS NULL) AS running`.execute(store.db);
  await store.close();
  return rows[0] ?? { looks: 0, sweeps: 0, running: 0 };
}
