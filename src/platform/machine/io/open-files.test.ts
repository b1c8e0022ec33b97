import { describe, expect, it } from "vitest";
import { softLimit } from "./open-files.ts";

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
