import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createApp } from "../../src/app.ts";
import { openStore } from "../../src/platform/storage/index.ts";
import { freshPlace, STORE_KINDS, type Place } from "../databases.ts";

/**
 * kill -9 of a sweep of 65,535 ports of 127.0.0.1, while it probes and while it records, repeatedly on one record. Each
 * time the record opens again, the log verifies, everything committed still exists, and the next sweep resumes the
 * killed one and completes it. Rounds of each: PORTOLAN_CRASH_ROUNDS, 1 by default.
 */
const ROUNDS = Number(process.env["PORTOLAN_CRASH_ROUNDS"] ?? 1);
const CHILD = fileURLToPath(new URL("./sweep-child.ts", import.meta.url));
const SCOPE = `version: 1
name: crash
systemTypes: { host: { cadence: 1h } }
targets: [{ name: here, addresses: [127.0.0.1], systemType: host }]
`;

interface Killed {
  /** Endpoints committed when it was killed, as far as it had reported them to the parent. */
  readonly journalled: number;
  /** The sweep that it had reported as done, if it got that far. */
  readonly finished: number | undefined;
}

/** Starts a sweep in a process of its own and kills it this long after the phase began. */
async function sweepAndKill(args: readonly string[], phase: "scanning" | "recording", after: number): Promise<Killed> {
  const child = spawn(process.execPath, [CHILD, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  let journalled = 0;
  let finished: number | undefined;
  createInterface({ input: child.stdout }).on("line", (line) => {
    const [word, value] = line.split(" ");
    if (word === "journal") journalled = Math.max(journalled, Number(value));
    if (word === "done") finished = Number(value);
    if (word === "phase" && value === phase) setTimeout(() => child.kill("SIGKILL"), after);
  });
  await once(child, "close");
  return { journalled, finished };
}

describe.each(STORE_KINDS)("kill -9 on %s", (kind) => {
  let directory: string;
  let place: Place;
  let listening: Server;
  let port: number;
  const config = () => ({ directory, home: place.home, databaseUrl: place.databaseUrl, identify: false });
  const childArgs = (): string[] => [
    directory,
    place.home,
    ...(place.databaseUrl === undefined ? [] : [place.databaseUrl]),
  ];

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "portolan-crash-"));
    await writeFile(join(directory, "portolan.yaml"), SCOPE);
    place = await freshPlace(kind);
    // A sweep ends its connections with a reset.
    listening = createServer((socket) => socket.on("error", () => undefined).destroy()).listen(0, "127.0.0.1");
    await once(listening, "listening");
    const address = listening.address();
    port = typeof address === "object" && address !== null ? address.port : 0;
  });

  afterAll(async () => {
    listening.close();
    await place.remove();
    await rm(directory, { recursive: true, force: true });
  });

  it.each(["scanning", "recording"] as const)(
    "during %s",
    async (phase) => {
      for (let round = 0; round < ROUNDS; round += 1) {
        // Spread over the phase: probing takes a second or more, recording some tens of milliseconds.
        const after = ((round + 0.5) / ROUNDS) * (phase === "scanning" ? 1_200 : 120);
        const { journalled, finished } = await sweepAndKill(childArgs(), phase, after);

        const store = await openStore(config());
        const written = await store.db
          .selectFrom("sweep_chunk")
          .select((eb) => eb.fn.max("next_index").as("next"))
          .executeTakeFirstOrThrow();
        const ended = await store.db
          .selectFrom("sweep")
          .select(["id", "verdict"])
          .where("ended_at", "is not", null)
          .orderBy("id", "desc")
          .executeTakeFirst();
        const running = await store.db.selectFrom("sweep").select("id").where("ended_at", "is", null).execute();
        await store.close();

        // Either recorded whole, or absent and resumable: never both, never neither.
        if (running.length === 0) expect(ended?.verdict).toBe("complete");
        else expect(written.next ?? 0).toBeGreaterThanOrEqual(journalled);
        if (finished !== undefined) expect(ended?.id).toBe(finished);
        expect(running.length).toBeLessThanOrEqual(1);

        // On PostgreSQL the lease of the dead process has to expire before its sweep is resumed.
        if (kind === "postgresql") await expireLeases(config());
        const app = await createApp(config());
        try {
          expect(await app.operations.evidence.verify({})).toMatchObject({ ok: true, problems: [] });
          const next = await app.operations.sweeps.run({ targets: [], engine: "auto", requestedBy: "test" }, {});
          expect(next.sweep.verdict).toBe("complete");
          if (running[0] !== undefined) expect(next.sweep.id).toBe(running[0].id);
          const counted = Object.values(next.sweep.counts ?? {}).reduce((a, b) => a + b, 0);
          expect(counted).toBe(65_535);
          expect(next.open.map((open) => open.port)).toContain(port);
          expect(await app.operations.evidence.verify({})).toMatchObject({ ok: true });
        } finally {
          await app.close();
        }
      }
    },
    ROUNDS * 60_000,
  );
});

async function expireLeases(config: { home: string; databaseUrl: string | undefined }): Promise<void> {
  const store = await openStore(config);
  await store.db
    .updateTable("sweep")
    .set({ lease_until: new Date(0) })
    .where("ended_at", "is", null)
    .execute();
  await store.close();
}
