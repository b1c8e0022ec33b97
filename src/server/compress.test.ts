import { describe, expect, it } from "vitest";
import { acceptedEncodings } from "./compress.ts";

describe("acceptedEncodings", () => {
  it.each([
    [undefined, []],
    ["gzip, deflate, br", ["gzip", "deflate", "br"]],
    ["br;q=0, gzip;q=0.5", ["gzip"]],
    ["BR ; q=1.0, identity;q=0.000", ["br"]],
  ])("reads %j", (header, expected) => {
    expect([...acceptedEncodings(header)].filter((name) => name !== "")).toEqual(expected);
  });
});
