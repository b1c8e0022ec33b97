import { describe, expect, it } from "vitest";
import { Fault } from "../../model/index.ts";
import { chooseEngine } from "./choose-engine.ts";
import { softLimit } from "./descriptors.ts";
import { loadLibc } from "./libc.ts";
import { loadPacketLibc } from "./packet-libc.ts";

const noLibc = (): never => {
  throw new Error("Cannot find the native Koffi module\nsecond line");
};

describe("chooseEngine", () => {
  it.runIf(process.platform === "linux")("takes epoll on Linux, without a word", () => {
    for (const wanted of ["auto", "connect"] as const) {
      const { engine, note } = chooseEngine(wanted, { platform: "linux", loadLibc, loadPacketLibc });
      expect([engine.name, note]).toEqual(["connect", undefined]);
    }
  });

  it("falls back to node:net and says in one line why", () => {
    expect(chooseEngine("auto", { platform: "darwin", loadLibc: noLibc, loadPacketLibc: noLibc })).toMatchObject({
      engine: { name: "connect-portable" },
      note: "engine connect-portable: connect is not possible, it needs Linux, and this is darwin",
    });
    expect(chooseEngine("auto", { platform: "linux", loadLibc: noLibc, loadPacketLibc: noLibc })).toMatchObject({
      engine: { name: "connect-portable" },
      note: "engine connect-portable: connect is not possible, koffi does not load here (Cannot find the native Koffi module)",
    });
  });

  it("takes the portable engine when asked, and never a slower one than was asked for by name", () => {
    expect(chooseEngine("connect-portable").engine.name).toBe("connect-portable");
    expect(() => chooseEngine("connect", { platform: "linux", loadLibc: noLibc, loadPacketLibc: noLibc })).toThrow(
      Fault,
    );
    expect(() => chooseEngine("connect", { platform: "win32", loadLibc: noLibc, loadPacketLibc: noLibc })).toThrow(
      expect.objectContaining({
        code: "engine-unavailable",
        next: expect.stringContaining("connect-portable") as string,
      }),
    );
  });
});

describe("the engine syn", () => {
  const EPERM = 1;
  const EAFNOSUPPORT = 97;
  const refusing = (number: number) => () =>
    ({ ...loadPacketLibc(), socket: () => -1, errno: () => number }) satisfies ReturnType<typeof loadPacketLibc>;
  const linux = (number: number) => ({ platform: "linux", loadLibc, loadPacketLibc: refusing(number) }) as const;

  it.runIf(process.platform === "linux")("says exactly what to grant where raw packets are not allowed", () => {
    expect(() => chooseEngine("syn", linux(EPERM))).toThrow(
      expect.objectContaining({
        code: "engine-unavailable",
        message: "the engine syn is not possible: raw packets need the capability CAP_NET_RAW",
        next: expect.stringContaining(`sudo setcap cap_net_raw+ep ${process.execPath}`) as string,
      }),
    );
  });

  it.runIf(process.platform === "linux")("does not send for a capability where none would help", () => {
    expect(() => chooseEngine("syn", linux(EAFNOSUPPORT))).toThrow(
      expect.objectContaining({ next: expect.not.stringContaining("setcap") as string }),
    );
    expect(() => chooseEngine("syn", { platform: "darwin", loadLibc, loadPacketLibc })).toThrow("it needs Linux");
    expect(() => chooseEngine("syn", { platform: "linux", loadLibc, loadPacketLibc: noLibc })).toThrow("koffi");
  });
});

describe("softLimit", () => {
  it("reads the soft limit, not the hard one", () => {
    expect(
      softLimit(
        "Limit   Soft Limit   Hard Limit   Units\nMax open files            1024                 4096                 files\n",
      ),
    ).toBe(1_024);
    expect(softLimit("Max open files            unlimited            unlimited            files")).toBe(1_048_576);
    expect(() => softLimit("Max processes 1 1 processes")).toThrow("limit of open files");
  });
});
