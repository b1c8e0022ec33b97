import { expect, it } from "vitest";
import { LITTLE, netlinkMessage, type NetlinkSocket } from "../../../platform/netlink/index.ts";
import type { BoundSocket } from "../bound-socket.ts";
import { askProgram } from "./ask-program.ts";
import { openDiagTables } from "./diag-tables.ts";
import { createLinuxSource } from "./socket-source.ts";

const fromProc: BoundSocket = { transport: "tcp", address: "127.0.0.1", port: 22 };

/** A kernel that answers every query with `answer()`. */
function kernel(answer: () => Uint8Array) {
  let open = 0;
  const socket = (): NetlinkSocket => {
    open += 1;
    return {
      send: () => true,
      receive(into) {
        const bytes = answer();
        into.set(bytes);
        return bytes.length;
      },
      close: () => void (open -= 1),
    };
  };
  return { openDiag: () => openDiagTables(() => ({ outcome: "open", socket: socket() })), left: () => open };
}

const done = () => netlinkMessage(3, 0, 0, new Uint8Array(4));
const refused = () => netlinkMessage(2, 0, 0, new Uint8Array(new Int32Array([-2]).buffer));

it.runIf(LITTLE)(
  "falls back to /proc while the kernel does not answer, queries it again, and leaves nothing open",
  async () => {
    let answer = refused;
    const { openDiag, left } = kernel(() => answer());
    const source = createLinuxSource({ openDiag, readProc: () => Promise.resolve([fromProc]) });
    expect(await source.read()).toEqual([fromProc]);
    expect(left()).toBe(0);
    expect(source.pollEvery()).toBeGreaterThan(1_000);
    answer = done;
    expect(await source.read()).toEqual([]);
    expect(source.pollEvery()).toBeLessThan(250);
    expect(await source.read()).toBeUndefined();
    answer = () => new Uint8Array(7);
    expect(await source.read()).toEqual([fromProc]);
    source.close();
    expect(left()).toBe(0);
  },
);

it("falls back to /proc where there is no netlink", async () => {
  const openDiag = () => openDiagTables(() => ({ outcome: "refused", why: "errno 97" }));
  const source = createLinuxSource({ openDiag, readProc: () => Promise.resolve([fromProc]) });
  expect(await source.read()).toEqual([fromProc]);
  source.close();
});

it("reads a program's exit status correctly, and reports a missing program", async () => {
  const node = (script: string, fine: number[]) => askProgram(process.execPath, ["-e", script], fine);
  expect(await node("console.log(1); process.exitCode = 1", [0, 1])).toBe("1\n");
  await expect(node("process.exitCode = 2", [0, 1])).rejects.toThrow(/does not report the listeners/);
  await expect(askProgram("/nowhere/lsof", [], [0])).rejects.toThrow(/\/nowhere\/lsof does not report/);
});
