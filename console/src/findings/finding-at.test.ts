import { describe, expect, it } from "vitest";
import type { FindingView } from "../../../src/contract/index.ts";
import { findingAt } from "./finding-at.ts";

const finding = {
  id: 5,
  kind: "unauthorized-open",
  status: "regressed",
  openedAt: "2026-03-12T00:00:00Z",
  lastSeenAt: "2026-03-13T00:00:00Z",
  episodes: [
    { openedAt: "2026-03-01T00:00:00Z", resolvedAt: "2026-03-02T00:00:00Z" },
    { openedAt: "2026-03-05T00:00:00Z", outOfScope: { at: "2026-03-06T00:00:00Z", version: 2 } },
    { openedAt: "2026-03-12T00:00:00Z" },
  ],
} as unknown as FindingView;

const then = (text: string) => findingAt(finding, Date.parse(text), false);

describe("findingAt", () => {
  it("does not know a finding before it was opened", () => {
    expect(then("2026-02-28T00:00:00Z")).toBeUndefined();
  });

  it.each([
    ["2026-03-01T00:00:00Z", true, "unchanged"],
    ["2026-03-02T00:00:00Z", false, "resolved"],
    ["2026-03-04T00:00:00Z", false, "resolved"],
    ["2026-03-05T12:00:00Z", true, "regressed"],
    ["2026-03-07T00:00:00Z", false, "out-of-scope"],
    ["2026-03-12T00:00:00Z", true, "regressed"],
  ])("at %s: open %s, %s", (text, isOpen, status) => {
    expect(then(text)).toMatchObject({ isOpen, status });
  });

  it("shows now what was opened after the minute began that the page is about", () => {
    expect(findingAt(finding, Date.parse("2026-03-11T23:59:00Z"), true)).toMatchObject({
      isOpen: true,
      status: "regressed",
    });
  });

  it("says nothing about an end that came later", () => {
    expect(then("2026-03-01T12:00:00Z")).toMatchObject({ endedAt: undefined });
  });
});
