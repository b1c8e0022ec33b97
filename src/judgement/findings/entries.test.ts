import canonicalize from "canonicalize";
import { describe, expect, it } from "vitest";
import type { Finding } from "../../model/index.ts";
import { findingEntries } from "./entries.ts";

const finding: Finding = {
  id: 7,
  fingerprint: "ab".repeat(32),
  kind: "unauthorized-open",
  vantage: "inside",
  subject: { about: "port", asset: "web-1", address: undefined, transport: "tcp", port: 23 },
  summary: "port 23",
  status: "new",
  openedAt: Date.UTC(2026, 2, 14, 9),
  lastSeenAt: Date.UTC(2026, 2, 14, 10),
};
const nothing = { opened: [], regressed: [], resolved: [], left: [], seen: [] };
const at = Date.UTC(2026, 2, 15);

describe("entries of findings", () => {
  it("record what was opened, regressed and resolved, with times in RFC 3339, and how a finding changed", () => {
    const resolved: Finding = {
      ...finding,
      status: "resolved",
      resolvedAt: at,
      resolution: "observed closed on 10.0.0.2",
    };
    const entries = findingEntries(
      { ...nothing, opened: [finding], regressed: [finding], resolved: [resolved], seen: [finding], sweepId: 3 },
      at,
    );
    const same = { sweep: 3, finding: 7, fingerprint: "ab".repeat(32), kind: "unauthorized-open", vantage: "inside" };
    const openedAt = "2026-03-14T09:00:00.000Z";
    const seenAt = "2026-03-14T10:00:00.000Z";
    const subject = { asset: "web-1", transport: "tcp", port: 23 };
    expect(entries).toStrictEqual([
      { type: "finding-opened", at, data: { ...same, subject, summary: "port 23", openedAt, lastSeenAt: seenAt } },
      {
        type: "finding-regressed",
        at,
        data: { ...same, subject, summary: "port 23", openedAt, seenAt, lastSeenAt: seenAt, episode: 1 },
      },
      { type: "finding-changed", at, data: { ...same, subject, summary: "port 23", openedAt, lastSeenAt: seenAt } },
      {
        type: "finding-resolved",
        at,
        data: {
          ...same,
          openedAt,
          episode: 1,
          lastSeenAt: seenAt,
          resolvedAt: "2026-03-15T00:00:00.000Z",
          resolution: "observed closed on 10.0.0.2",
        },
      },
    ]);
  });

  it("tell the first opening apart from that of the episode that ends, and leaving the scope from a resolution", () => {
    const left: Finding = {
      ...finding,
      status: "out-of-scope",
      outOfScope: { at, version: 4 },
      earlier: [{ openedAt: 0, lastSeenAt: 1, resolvedAt: 2, resolution: "observed closed" }],
    };
    expect(findingEntries({ ...nothing, left: [left] }, at)).toStrictEqual([
      {
        type: "finding-out-of-scope",
        at,
        data: {
          finding: 7,
          fingerprint: "ab".repeat(32),
          kind: "unauthorized-open",
          vantage: "inside",
          openedAt: "1970-01-01T00:00:00.000Z",
          episodeOpenedAt: "2026-03-14T09:00:00.000Z",
          episode: 2,
          lastSeenAt: "2026-03-14T10:00:00.000Z",
          outOfScopeAt: "2026-03-15T00:00:00.000Z",
          scopeVersion: 4,
        },
      },
    ]);
  });

  it("are plain JSON, and name no sweep when there was none", () => {
    const gap: Finding = {
      ...finding,
      kind: "coverage-gap",
      subject: { about: "target", target: "dmz" },
      during: { from: 0 },
    };
    const [entry] = findingEntries({ ...nothing, opened: [gap] }, at);
    expect(entry?.data).not.toHaveProperty("sweep");
    expect(entry?.data["during"]).toStrictEqual({ from: "1970-01-01T00:00:00.000Z" });
    expect(JSON.parse(canonicalize(entry?.data) ?? "")).toStrictEqual(entry?.data);
  });
});
