import { describe, expect, it } from "vitest";
import { Fault } from "../../../model/index.ts";
import { chooseEngine } from "./choose-engine.ts";
import { loadLibc } from "./libc.ts";
import { loadPacketLibc } from "./packet-libc.ts";

const noLibc = (): never => {
  throw new Error("Cannot find the native Koffi module\nsecond line");
};

type Machine = NonNullable<Parameters<typeof chooseEngine>[2]>;

const EPERM = 1;
const EAFNOSUPPORT = 97;
const without = (platform: NodeJS.Platform): Machine => ({ platform, loadLibc: noLibc, loadPacketLibc: noLibc });
/** A Linux whose kernel answers a request for a packet socket with that error number; 0: success. */
const linux = (number: number): Machine => ({
  platform: "linux",
  loadLibc,
  loadPacketLibc: () => ({
    ...loadPacketLibc(),
    socket: () => (number === 0 ? 1_000_000 : -1),
    close: () => 0,
    errno: () => number,
  }),
});
const GRANT = `sudo setcap cap_net_raw+ep ${process.execPath}, in a container --cap-add NET_RAW, in a systemd unit AmbientCapabilities=CAP_NET_RAW`;

describe("chooseEngine", () => {
  it.runIf(process.platform === "linux")("takes raw packets where they are allowed, without comment", () => {
    const { engine, note } = chooseEngine("auto", {}, linux(0));
    expect([engine.name, note]).toEqual(["syn", undefined]);
  });

  it.runIf(process.platform === "linux")("takes epoll elsewhere on Linux, and names the capability to grant", () => {
    expect(chooseEngine("auto", {}, linux(EPERM))).toMatchObject({
      engine: { name: "connect" },
      note: `engine connect: syn is not possible, raw packets need the capability CAP_NET_RAW; grant it: ${GRANT}`,
      grant: GRANT,
    });
    const { engine, note, grant } = chooseEngine("auto", {}, linux(EAFNOSUPPORT));
    expect([engine.name, grant]).toEqual(["connect", undefined]);
    expect(note).toBe("engine connect: syn is not possible, this machine has no packet sockets (errno 97)");
  });

  it.runIf(process.platform === "linux")("always connects to this machine itself, without comment", () => {
    for (const [wanted, local] of [
      ["auto", true],
      ["connect", false],
    ] as const) {
      const { engine, note } = chooseEngine(wanted, { local }, linux(EPERM));
      expect([engine.name, note]).toEqual(["connect", undefined]);
    }
    expect(chooseEngine("auto", { local: true }, linux(0)).engine.name).toBe("connect");
  });

  it("falls back to node:net and explains why in one line", () => {
    expect(chooseEngine("auto", {}, without("darwin"))).toMatchObject({
      engine: { name: "connect-portable" },
      note: "engine connect-portable: connect is not possible, it needs Linux, and this is darwin",
    });
    expect(chooseEngine("auto", {}, without("linux"))).toMatchObject({
      engine: { name: "connect-portable" },
      note: "engine connect-portable: connect is not possible, koffi does not load here (Cannot find the native Koffi module)",
    });
  });

  it("takes the portable engine on request, and never a slower one than the named one", () => {
    expect(chooseEngine("connect-portable").engine.name).toBe("connect-portable");
    expect(() => chooseEngine("connect", {}, without("linux"))).toThrow(Fault);
    expect(() => chooseEngine("connect", {}, without("win32"))).toThrow(
      expect.objectContaining({
        code: "engine-unavailable",
        next: expect.stringContaining("connect-portable") as string,
      }),
    );
  });
});

describe("the engine syn", () => {
  it.runIf(process.platform === "linux")("says exactly what to grant where raw packets are not allowed", () => {
    expect(() => chooseEngine("syn", {}, linux(EPERM))).toThrow(
      expect.objectContaining({
        code: "engine-unavailable",
        message: "the engine syn is not possible: raw packets need the capability CAP_NET_RAW",
        next: `Grant it: ${GRANT}. Or choose the engine connect.`,
      }),
    );
  });

  it.runIf(process.platform === "linux")("does not suggest a capability where none would help", () => {
    expect(() => chooseEngine("syn", {}, linux(EAFNOSUPPORT))).toThrow(
      expect.objectContaining({ next: expect.not.stringContaining("setcap") as string }),
    );
    expect(() => chooseEngine("syn", {}, { ...without("darwin"), loadPacketLibc })).toThrow("it needs Linux");
    expect(() => chooseEngine("syn", {}, without("linux"))).toThrow("koffi");
  });
});
