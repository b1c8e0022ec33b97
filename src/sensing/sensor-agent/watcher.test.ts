import { expect, it } from "vitest";
import type { Listener } from "../listeners/index.ts";
import type { NewRecord } from "./report.ts";
import { createWatcher } from "./watcher.ts";

const ssh: Listener = { transport: "tcp", address: "0.0.0.0", port: 22, bind: "any", pid: 1, executable: "/sshd" };
const web: Listener = { ...ssh, port: 443, pid: 2 };
const asking: Listener = { ...ssh, transport: "udp", port: 40_000 };

function watching() {
  const records: NewRecord[] = [];
  const state = { room: true, slept: false, full: 0 };
  const watcher = createWatcher({
    append(record) {
      if (state.room) records.push(record);
      return state.room;
    },
    at: (elapsed) => ({ clock: "boot", elapsed, wall: elapsed }),
    addresses: () => ["10.0.0.7"],
    slept: () => state.slept,
    blindAfter: 10_000,
    most: 3,
    onRecorded: () => undefined,
    onTooMany: () => undefined,
    onFull: () => (state.full += 1),
  });
  const told = (): unknown[] =>
    records.splice(0).map((record) => {
      switch (record.kind) {
        case "begin":
          return [record.cause, record.at.elapsed, ...record.listeners.map(({ port }) => port)];
        case "change":
          return [
            record.at.elapsed,
            ...record.appeared.map(({ port }) => `+${port}`),
            ...record.vanished.map(({ port }) => `-${port}`),
          ];
        case "snapshot":
        case "seen":
          return [record.kind, record.at.elapsed];
      }
    });
  return { watcher, state, told };
}

it("begins with everything, then reports changes; a restart is not one, and process numbers are not reported", () => {
  const { watcher, told } = watching();
  expect(watcher.until()).toBeUndefined();
  watcher.sight({ listeners: [ssh], asOf: 1 });
  watcher.sight({ listeners: [{ ...ssh, pid: 99 }], asOf: 2 });
  watcher.sight({ listeners: [web], asOf: 3 });
  expect(watcher.until()?.elapsed).toBe(3);
  expect(told()).toEqual([
    ["started", 1, 22],
    [3, "+443", "-22"],
  ]);
});

it("a record it had no room for starts a gap: nothing is reported until it can start again", () => {
  const { watcher, state, told } = watching();
  watcher.sight({ listeners: [ssh], asOf: 1 });
  state.room = false;
  watcher.sight({ listeners: [ssh, web], asOf: 2 });
  watcher.sight({ listeners: [web], asOf: 3 });
  expect(watcher.until()).toBeUndefined();
  expect(state.full).toBe(1);
  state.room = true;
  watcher.sight({ listeners: [web], asOf: 4 });
  expect(told()).toEqual([
    ["started", 1, 22],
    ["buffer-full", 4, 443],
  ]);
});

it("a full report that fits ends the gap, and a later change without room starts another", () => {
  const { watcher, state, told } = watching();
  watcher.sight({ listeners: [ssh, web], asOf: 1 });
  state.room = false;
  watcher.sight({ listeners: [], asOf: 2 });
  state.room = true;
  watcher.sight({ listeners: [], asOf: 3 });
  state.room = false;
  watcher.sight({ listeners: [web], asOf: 4 });
  state.room = true;
  watcher.sight({ listeners: [web], asOf: 5 });
  expect(state.full).toBe(2);
  expect(told()).toEqual([
    ["started", 1, 22, 443],
    ["buffer-full", 3],
    ["buffer-full", 5, 443],
  ]);
});

it("observations that are far apart have a gap between them, which states whether the machine slept", () => {
  const { watcher, state, told } = watching();
  watcher.sight({ listeners: [ssh], asOf: 1 });
  watcher.sight({ listeners: [ssh], asOf: 10_001 });
  watcher.sight({ listeners: [ssh], asOf: 20_002 });
  state.slept = true;
  watcher.sight({ listeners: [ssh], asOf: 50_000 });
  expect(told()).toEqual([
    ["started", 1, 22],
    ["blind", 20_002, 22],
    ["suspended", 50_000, 22],
  ]);
});

it("a UDP socket on a port chosen by the system is reported after a while", () => {
  const { watcher, told } = watching();
  const both = [ssh, asking];
  watcher.sight({ listeners: [ssh], asOf: 1 });
  watcher.sight({ listeners: both, asOf: 2 });
  watcher.sight({ listeners: [ssh], asOf: 3 });
  watcher.sight({ listeners: both, asOf: 4 });
  watcher.sight({ listeners: both, asOf: 9_000 });
  watcher.sight({ listeners: both, asOf: 10_004 });
  expect(told()).toEqual([
    ["started", 1, 22],
    [10_004, "+40000"],
  ]);
});
