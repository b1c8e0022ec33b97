import { describe, expect, it } from "vitest";
import { Fault } from "../../model/index.ts";
import { chooseEngine } from "./choose-engine.ts";
import { softLimit } from "./descriptors.ts";
import { loadLibc } from "./libc.ts";

const noLibc = (): never => {
  throw new Error("Cannot find the native Koffi module\nsecond line");
};

describe("chooseEngine", () => {
  it.runIf(process.platform === "linux")("takes epoll on Linux, without a word", () => {
    for (const wanted of ["auto", "connect"] as const) {
      const { engine, note } = chooseEngine(wanted, { platform: "linux", loadLibc });
      expect([engine.name, note]).toEqual(["connect", undefined]);
    }
  });

  it("falls back to node:net and says in one line why", () => {
    expect(chooseEngine("auto", { platform: "darwin", loadLibc: noLibc })).toMatchObject({
      engine: { name: "connect-portable" },
      note: "engine connect-portable: connect is not possible, it needs Linux, and this is darwin",
    });
    expect(chooseEngine("auto", { platform: "linux", loadLibc: noLibc })).toMatchObject({
      engine: { name: "connect-portable" },
      note: "engine connect-portable: connect is not possible, koffi does not load here (Cannot find the native Koffi module)",
    });
  });

  it("takes the portable engine when asked, and never a slower one than was asked for by name", () => {
    expect(chooseEngine("connect-portable").engine.name).toBe("connect-portable");
    expect(() => chooseEngine("connect", { platform: "linux", loadLibc: noLibc })).toThrow(Fault);
    expect(() => chooseEngine("connect", { platform: "win32", loadLibc: noLibc })).toThrow(
      expect.objectContaining({
        code: "engine-unavailable",
        next: expect.stringContaining("connect-portable") as string,
      }),
    );
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
