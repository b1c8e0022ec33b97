import { describe, expect, it } from "vitest";
import { Fault } from "../../model/index.ts";
import { systemFault } from "./system-fault.ts";

const failing = (code: string, more: object = {}): Error =>
  Object.assign(new Error(`${code}: it failed`), { code, ...more });

describe("a fault of the operating system", () => {
  it.each(["EMFILE", "ENFILE", "ENOMEM", "ENOSPC", "EDQUOT", "EROFS", "EIO"])(
    "%s has a cause and a next step",
    (code) => {
      const fault = systemFault(failing(code, { path: "/srv/x" }));
      expect(fault).toMatchObject({ code: "system-failed", place: "/srv/x" });
      expect(fault?.message).toContain(code);
      expect(fault?.next).toMatch(/^[A-Z].*\.$/);
    },
  );

  it("names the limit of open files, and a command that raises it", () => {
    expect(systemFault(failing("EMFILE"), 64)).toMatchObject({
      message: "Too many files are open in this process: it may open 64 (EMFILE).",
      next: expect.stringContaining("ulimit -n 256 ") as string,
    });
    expect(systemFault(failing("EMFILE"), 1_024)?.next).toContain("ulimit -n 4096 ");
  });

  it("is recognized where Node wraps it once more", () => {
    const wrapped = failing("ERR_SYSTEM_ERROR", { info: { code: "EMFILE", syscall: "uv_interface_addresses" } });
    expect(systemFault(wrapped, 64)?.message).toContain("Too many files are open");
  });

  it("is nothing else: what is known already, and what was not foreseen, stay as they are", () => {
    expect(systemFault(new Fault("conflict", "no", { next: "Yes." }))).toBeUndefined();
    for (const error of [new TypeError("x"), failing("ENOENT"), "text"]) expect(systemFault(error)).toBeUndefined();
  });
});
