import { generateKeyPairSync } from "node:crypto";
import { beforeEach, expect, it } from "vitest";
import { eachDatabase } from "../../../../test/databases.ts";
import type { Store } from "../../../platform/storage/index.ts";
import { appendEntries, beginLog, signCheckpoint } from "../../change/io/log-store.ts";
import { signingKey } from "../../evidence/index.ts";
import type { Destination, Published } from "../destination.ts";
import { createPublisher, type DestinationChange } from "./publisher.ts";
import { destinationStates } from "./sent-store.ts";

const HOUR = 3_600_000;
const NOON = Date.parse("2026-03-14T12:00:00Z");
const key = signingKey(generateKeyPairSync("ed25519").privateKey)!;

eachDatabase("publishing checkpoints", (open) => {
  let store: Store;
  let now: number;
  const clock = { now: () => now };

  /** A destination that can be away, and remembers what it was sent. */
  function receiver(name: string, every = 0) {
    const received: Published[] = [];
    const at = { away: false };
    const destination: Destination = {
      name,
      every,
      send(checkpoint) {
        if (at.away) return Promise.reject(new Error("it is away"));
        received.push(checkpoint);
        return Promise.resolve();
      },
    };
    return { destination, at, sizes: () => received.map(({ size }) => size) };
  }

  /** One entry and its checkpoint; the log has `size` entries afterwards. */
  const sign = async (): Promise<void> => {
    await store.transaction(async (tx) => {
      await appendEntries(tx, [{ type: "worker-left", at: now, data: { worker: 1, reason: "stopped" } }]);
      await signCheckpoint(tx, key, now);
    });
  };

  function publisherOf(...destinations: Destination[]) {
    const changes: DestinationChange[] = [];
    const onProblem = (problem: unknown): never => {
      throw problem;
    };
    const publisher = createPublisher({
      store,
      clock,
      destinations,
      onChange: (each) => changes.push(each),
      onProblem,
    });
    return { publisher, changes };
  }

  beforeEach(async () => {
    store = await open();
    now = NOON;
    await store.transaction((tx) => beginLog(tx, { key, at: NOON, origin: "portolan/test" }));
    await sign();
  });

  it("sends a new destination the newest one, and from then on every one, once", async () => {
    const { destination, sizes } = receiver("directory /a");
    await sign();
    const { publisher } = publisherOf(destination);
    await publisher.turn();
    await publisher.turn();
    for (let more = 0; more < 3; more += 1) await sign();
    await publisher.turn();
    expect(sizes()).toEqual([3, 4, 5, 6]);
  });

  it("catches up after a day away, in order, and says once that it was away and that it is back", async () => {
    const { destination, at, sizes } = receiver("directory /a");
    const { destination: other, sizes: others } = receiver("directory /b");
    const { publisher, changes } = publisherOf(destination, other);
    await publisher.turn();
    at.away = true;
    for (let hour = 0; hour < 24; hour += 1) {
      now += HOUR;
      await sign();
      await publisher.turn();
    }
    const [state] = await destinationStates(store.db, [destination.name]);
    expect(state).toMatchObject({
      sent: { size: 2 },
      waiting: 24,
      failing: { since: NOON + HOUR, problem: "it is away" },
    });
    expect(sizes()).toEqual([2]);
    expect(others()).toHaveLength(25);
    at.away = false;
    now += HOUR;
    await publisher.turn();
    expect(sizes()).toEqual(Array.from({ length: 25 }, (_, index) => index + 2));
    expect(changes.map(({ kind }) => kind)).toEqual(["failing", "reached"]);
    expect((await destinationStates(store.db, [destination.name]))[0]).toEqual({
      destination: destination.name,
      sent: { size: 26, at: now },
      waiting: 0,
    });
  });

  it("leaves a destination alone for longer and longer, for an hour at most", async () => {
    const { destination, at } = receiver("directory /a");
    at.away = true;
    const { publisher } = publisherOf(destination);
    const waits: number[] = [];
    for (let attempt = 0; attempt < 10; attempt += 1) {
      await publisher.turn();
      const [state] = await destinationStates(store.db, [destination.name]);
      waits.push(((state?.failing?.nextAt ?? 0) - now) / 1_000);
      now = state?.failing?.nextAt ?? now;
    }
    expect(waits).toEqual([30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600, 3_600]);
  });

  it("sends people the newest one, at most once a day", async () => {
    const { destination, sizes } = receiver("mail a@example.com", 24 * HOUR);
    const { publisher } = publisherOf(destination);
    for (let hour = 0; hour < 49; hour += 1) {
      await publisher.turn();
      await sign();
      now += HOUR;
    }
    expect(sizes()).toEqual([2, 26, 50]);
  });

  it("does not send the same twice from two processes", async () => {
    const { destination, sizes } = receiver("directory /a");
    const slow: Destination = {
      ...destination,
      send: async (checkpoint, signal) => {
        await new Promise((resolve) => setImmediate(resolve));
        await destination.send(checkpoint, signal);
      },
    };
    await Promise.all([publisherOf(slow).publisher.turn(), publisherOf(slow).publisher.turn()]);
    expect(sizes()).toEqual([2]);
  });

  it("keeps what was sent: the table refuses changes", async () => {
    const { destination } = receiver("directory /a");
    await publisherOf(destination).publisher.turn();
    await expect(store.db.deleteFrom("checkpoint_sent").execute()).rejects.toThrow(/append-only/);
  });
});
