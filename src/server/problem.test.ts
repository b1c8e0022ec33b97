import { expect, it } from "vitest";
import { problemOf } from "./problem.ts";

it("calls a shortage of this machine by its name, not an unexpected error", () => {
  const error = Object.assign(new Error("uv_interface_addresses returned EMFILE"), { info: { code: "EMFILE" } });
  expect(problemOf(error)).toMatchObject({
    status: 503,
    code: "system-failed",
    detail: expect.stringMatching(/too many files/i) as string,
  });
});

it("tells a client nothing about an unexpected error", () => {
  expect(problemOf(new TypeError("secret"))).toMatchObject({ status: 500, code: "internal" });
  expect(JSON.stringify(problemOf(new TypeError("secret")))).not.toContain("secret");
});
