import { createServer, type Server } from "node:net";
import { expect, it } from "vitest";
import type { BoundSocket } from "../bound-socket.ts";
import type { Changes } from "../changes.ts";
import type { Listener, Owner } from "../listener.ts";
import { watchListeners, type ListenerWatchDeps } from "./listener-watch.ts";
import { createOwnerSearch } from "./owners.ts";
import { openSocketSource } from "./socket-source.ts";

const socket: BoundSocket = { transport: "tcp", address: "0.0.0.0", port: 80, uid: 0, inode: 1, cookie: 1 };

/** Sockets and owners as set by the test; every poll is one millisecond after the last. */
async function watching(first: readonly BoundSocket[], owners: Map<number, Owner>, snapshotEvery = 1e9) {
  let sockets = first;
  const said: string[] = [];
  const text = (kind: string, { appeared, vanished }: Changes<BoundSocket | Listener>): string[] => [
    ...appeared.map((each) => `${kind} + ${each.port} ${each.executable ?? ""}`.trim()),
    ...vanished.map((each) => `${kind} - ${each.port} ${each.executable ?? ""}`.trim()),
  ];
  let polls = 0;
  let searches = 0;
  const deps: ListenerWatchDeps = {
    source: {
      pollEvery: () => 1,
      read: () => Promise.resolve(polls++ === 0 || sockets !== first ? [...sockets] : undefined),
      close: () => undefined,
    },
    search: {
      find() {
        searches += 1;
        return Promise.resolve({ owners, users: new Map(), namespace: 1 });
      },
    },
    snapshotEvery,
    onSockets: (changes) => void said.push(...text("socket", changes)),
    onListeners: (changes) => void said.push(...text("listener", changes)),
    onProblem: (problem) => void said.push(String(problem)),
  };
  const watch = await watchListeners(deps);
  return {
    said,
    async after(now: readonly BoundSocket[]): Promise<string[]> {
      sockets = now;
      const from = searches;
      await expect.poll(() => searches).toBeGreaterThan(from + 1);
      return said.splice(0);
    },
    stop: () => watch.stop(),
  };
}

it("reports a new listener at once, then its owner; a restart and a second socket are not news", async () => {
  const owners = new Map<number, Owner>([[1, { pid: 10, executable: "/bin/a" }]]);
  const watch = await watching([socket], owners);
  const other = { ...socket, port: 443, inode: 2, cookie: 2 };
  owners.set(2, { pid: 11, executable: "/bin/a" });
  expect(await watch.after([socket, other])).toEqual(["socket + 443", "listener + 443 /bin/a"]);

  owners.set(3, { pid: 99, executable: "/bin/a" });
  expect(await watch.after([socket, { ...other, inode: 3, cookie: 3 }])).toEqual([]);
  expect(await watch.after([socket, other, { ...other, inode: 3, cookie: 3 }])).toEqual([]);

  owners.set(4, { pid: 100, executable: "/bin/b" });
  expect(await watch.after([socket, { ...other, inode: 4, cookie: 4 }])).toEqual([
    "listener + 443 /bin/b",
    "listener - 443 /bin/a",
  ]);
  expect(await watch.after([socket])).toEqual(["socket - 443", "listener - 443 /bin/b"]);
  await watch.stop();
});

it("reconciles with a snapshot the changes that no socket event reported", async () => {
  const owners = new Map<number, Owner>([[1, { pid: 10, executable: "/bin/a" }]]);
  const watch = await watching([socket], owners, 5);
  owners.set(1, { pid: 10, executable: "/bin/b" });
  await expect.poll(() => watch.said).toEqual(["listener + 80 /bin/b", "listener - 80 /bin/a"]);
  await watch.stop();
});

it.skipIf(process.platform !== "linux")("reports a listener of this machine, and its end", async () => {
  const told = { appeared: [] as Listener[], vanished: [] as Listener[] };
  const watch = await watchListeners({
    source: openSocketSource(),
    search: createOwnerSearch("/proc"),
    onSockets: () => undefined,
    onListeners({ appeared, vanished }) {
      told.appeared.push(...appeared);
      told.vanished.push(...vanished);
    },
    onProblem: (problem) => {
      throw problem as Error;
    },
  });
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await expect.poll(() => told.appeared).toContainEqual(expect.objectContaining({ port, pid: process.pid }));
  await new Promise((resolve) => server.close(resolve));
  await expect.poll(() => told.vanished).toContainEqual(expect.objectContaining({ port }));
  await watch.stop();
});
