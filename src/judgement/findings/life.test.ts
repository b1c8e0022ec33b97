import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fingerprint } from "../baseline/index.ts";
import {
  portSubject,
  type Deviation,
  type Episode,
  type Finding,
  type FindingStatus,
  type Instant,
} from "../../model/index.ts";
import { episodesOf, exposureOf } from "./episodes.ts";
import { afterTransition, transitions, type Gone } from "./life.ts";
import { withSightings } from "./sighting.ts";

const onPort = (port: number, addresses: readonly string[] = ["10.0.0.2"]): Deviation => ({
  kind: "unauthorized-open",
  subject: portSubject({ asset: "web-1", addresses, transport: "tcp", port }),
  summary: `port ${port}`,
  endpoints: [],
});
const mark = (port: number): string => fingerprint(onPort(port), "inside");
const closing = (port: number): Gone => ({ fingerprint: mark(port), resolution: `closed ${port}` });

/** Applies one sweep to a record of findings. The history shows what it saw again. */
function step(record: Map<string, Finding>, seen: readonly Deviation[], gone: readonly Gone[], at: Instant): string[] {
  const kinds = transitions([...record.values()], seen, gone, at, "inside").map((transition) => {
    const finding = afterTransition(transition, record.size + 1);
    record.set(finding.fingerprint, finding);
    return transition.kind;
  });
  for (const deviation of seen) {
    const finding = record.get(fingerprint(deviation, "inside"));
    if (finding !== undefined) record.set(finding.fingerprint, withSightings(finding, [at]));
  }
  return kinds;
}

describe("the life of a finding", () => {
  it("goes new, unchanged, resolved, regressed, unchanged, resolved", () => {
    const record = new Map<string, Finding>();
    const status = (): FindingStatus | undefined => record.get(mark(23))?.status;
    expect([step(record, [onPort(23)], [], 1), status()]).toEqual([["open"], "new"]);
    expect([step(record, [onPort(23)], [], 1), status()]).toEqual([[], "new"]);
    expect([step(record, [onPort(23)], [], 2), status()]).toEqual([[], "unchanged"]);
    expect([step(record, [], [], 3), status()]).toEqual([[], "unchanged"]);
    expect([step(record, [], [closing(23)], 4), status()]).toEqual([["resolve"], "resolved"]);
    expect(record.get(mark(23))).toMatchObject({ openedAt: 1, lastSeenAt: 2, resolvedAt: 4, resolution: "closed 23" });
    expect([step(record, [], [closing(23)], 5), status()]).toEqual([[], "resolved"]);
    expect([step(record, [onPort(23)], [], 6), status()]).toEqual([["regress"], "regressed"]);
    expect(record.get(mark(23))).not.toHaveProperty("resolvedAt");
    expect(record.get(mark(23))).not.toHaveProperty("resolution");
    expect([step(record, [onPort(23)], [], 7), status()]).toEqual([[], "unchanged"]);
    expect([step(record, [], [closing(23)], 8), status()]).toEqual([["resolve"], "resolved"]);
  });

  it("counts a deviation that is both seen and gone as seen, and ignores older evidence that it is gone", () => {
    const record = new Map<string, Finding>();
    step(record, [onPort(23)], [], 5);
    expect(step(record, [onPort(23)], [closing(23)], 6)).toEqual([]);
    expect(step(record, [], [closing(23)], 5)).toEqual([]);
    expect(step(record, [], [closing(23)], 6)).toEqual(["resolve"]);
  });

  it("sees it again only if that says something new, or as often as it is asked to", () => {
    const record = new Map<string, Finding>();
    step(record, [onPort(23)], [], 5);
    expect(step(record, [onPort(23, ["10.0.0.3"])], [], 6)).toEqual(["see"]);
    expect(step(record, [onPort(23)], [], 7)).toEqual([]);
    expect(step(record, [{ ...onPort(23), summary: "telnet" }], [], 8)).toEqual(["see"]);
    const kindsAt = (at: Instant) =>
      transitions([...record.values()], [{ ...onPort(23), summary: "telnet" }], [], at, "inside", 10);
    expect(kindsAt(17)).toEqual([]);
    expect(kindsAt(18)).toMatchObject([{ kind: "see" }]);
  });

  it("opens one finding for equal deviations, and none for one that is gone without being seen", () => {
    expect(transitions([], [onPort(23), onPort(23, ["10.0.0.3"])], [closing(80)], 1, "inside")).toHaveLength(1);
  });

  it("tells vantage points apart", () => {
    const record = new Map<string, Finding>();
    step(record, [onPort(23)], [], 1);
    expect(transitions([...record.values()], [onPort(23)], [], 2, "outside").map(({ kind }) => kind)).toEqual(["open"]);
  });

  it("remembers every address it was seen on until it is resolved, and starts over when it comes back", () => {
    const record = new Map<string, Finding>();
    const seenOn = (): unknown => record.get(mark(23))?.subject;
    step(record, [onPort(23, ["10.0.0.3"])], [], 1);
    step(record, [onPort(23, ["10.0.0.2"])], [], 2);
    expect(seenOn()).toMatchObject({ addresses: ["10.0.0.2", "10.0.0.3"] });
    expect(seenOn()).not.toHaveProperty("address");
    step(record, [], [closing(23)], 3);
    step(record, [onPort(23, ["10.0.0.4"])], [], 4);
    expect(seenOn()).toMatchObject({ address: "10.0.0.4" });
    expect(seenOn()).not.toHaveProperty("addresses");
  });

  it("widens the ports of a host that answers on very many", () => {
    const many = (ports: readonly [number, number]): Deviation => ({
      ...onPort(0),
      kind: "unauthorized-open",
      subject: { about: "ports", address: "10.0.0.2", transport: "tcp", ports },
    });
    const record = new Map<string, Finding>();
    step(record, [many([10, 2_000])], [], 1);
    expect(step(record, [many([20, 3_000])], [], 2)).toEqual(["see"]);
    expect([...record.values()]).toMatchObject([{ subject: { ports: [10, 3_000] } }]);
  });

  it("extends a gap without moving its beginning", () => {
    const gap = (during: Deviation["during"]): Deviation => ({
      ...onPort(0),
      kind: "coverage-gap",
      subject: { about: "target", target: "dmz" },
      during,
    });
    const record = new Map<string, Finding>();
    step(record, [gap({ from: 10, to: 20 })], [], 1);
    expect(step(record, [gap({ from: 10, to: 30 })], [], 2)).toEqual(["see"]);
    expect([...record.values()]).toMatchObject([{ during: { from: 10, to: 30 } }]);
    expect(step(record, [gap({ from: 90, to: 95 })], [], 3)).toEqual(["open"]);
  });

  it("follows the state machine whatever happens to it", () => {
    // The model: the status of each port, and when it was last seen.
    type Ends = FindingStatus | "none";
    const allowed: Record<Ends, { seen: FindingStatus; gone: Ends; left: Ends }> = {
      none: { seen: "new", gone: "none", left: "none" },
      new: { seen: "unchanged", gone: "resolved", left: "out-of-scope" },
      unchanged: { seen: "unchanged", gone: "resolved", left: "out-of-scope" },
      resolved: { seen: "regressed", gone: "resolved", left: "resolved" },
      regressed: { seen: "unchanged", gone: "resolved", left: "out-of-scope" },
      "out-of-scope": { seen: "regressed", gone: "out-of-scope", left: "out-of-scope" },
    };
    const happening = fc.constantFrom("seen", "gone", "left", "both", "silence");
    fc.assert(
      fc.property(fc.array(fc.tuple(happening, happening, happening), { maxLength: 20 }), (sweeps) => {
        const record = new Map<string, Finding>();
        const model: (FindingStatus | "none")[] = ["none", "none", "none"];
        sweeps.forEach((ports, index) => {
          const at = index + 1;
          const of = (...which: string[]): number[] =>
            ports.flatMap((what, port) => (which.includes(what) ? [port] : []));
          const kinds = step(
            record,
            of("seen", "both").map((port) => onPort(port)),
            [
              ...of("gone", "both").map(closing),
              ...of("left").map((port) => ({ fingerprint: mark(port), scopeVersion: 2 })),
            ],
            at,
          );
          ports.forEach((what, port) => {
            if (what === "silence") return;
            const next = allowed[model[port] ?? "none"];
            model[port] = what === "gone" ? next.gone : what === "left" ? next.left : next.seen;
          });
          model.forEach((status, port) => expect(record.get(mark(port))?.status ?? "none").toBe(status));
          expect(kinds.length).toBeLessThanOrEqual(3);
          for (const finding of record.values()) {
            expect(finding.resolvedAt !== undefined).toBe(finding.status === "resolved");
            expect(finding.outOfScope !== undefined).toBe(finding.status === "out-of-scope");
            expectSeparate(episodesOf(finding));
            expect(finding.openedAt).toBeLessThanOrEqual(finding.lastSeenAt);
            expect(finding.lastSeenAt).toBeLessThanOrEqual(at);
          }
        });
        expect(new Set([...record.values()].map(({ id }) => id)).size).toBe(record.size);
      }),
    );
  });
});

/** Episodes do not overlap, and all but the last one have ended in one way. */
function expectSeparate(episodes: readonly Episode[]): void {
  episodes.forEach(({ openedAt, lastSeenAt = openedAt, resolvedAt, outOfScope }, index) => {
    const ends = [resolvedAt, outOfScope?.at].filter((end) => end !== undefined);
    expect(ends.length).toBeLessThanOrEqual(1);
    if (index < episodes.length - 1) expect(ends).toHaveLength(1);
    const [end = lastSeenAt] = ends;
    expect(openedAt).toBeLessThanOrEqual(lastSeenAt);
    expect(lastSeenAt).toBeLessThanOrEqual(end);
    expect(end).toBeLessThanOrEqual(episodes[index + 1]?.openedAt ?? end);
  });
}

describe("a finding that came back", () => {
  it("keeps the times of each episode, and was exposed for their sum", () => {
    const record = new Map<string, Finding>();
    step(record, [onPort(23)], [], 1_000);
    step(record, [onPort(23)], [], 2_000);
    step(record, [], [closing(23)], 3_000);
    step(record, [onPort(23)], [], 90_000);
    step(record, [onPort(23)], [], 95_000);
    const finding = record.get(mark(23))!;
    expect(finding).toMatchObject({ status: "unchanged", openedAt: 90_000, lastSeenAt: 95_000 });
    expect(episodesOf(finding)).toEqual([
      { openedAt: 1_000, lastSeenAt: 2_000, resolvedAt: 3_000, resolution: "closed 23" },
      { openedAt: 90_000, lastSeenAt: 95_000 },
    ]);
    expect(exposureOf(finding)).toBe(2_000 + 5_000);
  });

  it("ends with the scope, dated, and is not resolved by that", () => {
    const record = new Map<string, Finding>();
    step(record, [onPort(23)], [], 1_000);
    expect(step(record, [], [{ fingerprint: mark(23), scopeVersion: 2 }], 4_000)).toEqual(["leave"]);
    expect(record.get(mark(23))).toMatchObject({ status: "out-of-scope", outOfScope: { at: 4_000, version: 2 } });
    expect(record.get(mark(23))).not.toHaveProperty("resolvedAt");
    step(record, [onPort(23)], [], 9_000);
    expect(record.get(mark(23))).toMatchObject({ status: "regressed", openedAt: 9_000 });
    expect(record.get(mark(23))).not.toHaveProperty("outOfScope");
  });
});

describe("a gap", () => {
  const missed: Deviation = {
    kind: "coverage-gap",
    subject: { about: "target", target: "dmz" },
    summary: "dmz was due",
    endpoints: [],
    during: { from: 100 },
  };
  const finding = (at: number): Finding =>
    transitions([], [missed], [], at, "inside").map((transition) => afterTransition(transition, 1))[0]!;

  it("lasts until its finding is resolved", () => {
    const opened = finding(200);
    expect(opened.during).toEqual({ from: 100 });
    const [resolved] = transitions(
      [opened],
      [],
      [{ fingerprint: opened.fingerprint, resolution: "swept again" }],
      300,
      "inside",
    ).map((transition) => afterTransition(transition, 1));
    expect(resolved).toMatchObject({ status: "resolved", during: { from: 100, to: 300 } });
  });

  it("loses its end when it is seen again", () => {
    const resolved: Finding = { ...finding(200), status: "resolved", resolvedAt: 300, during: { from: 100, to: 300 } };
    const [regressed] = transitions([resolved], [missed], [], 400, "inside").map((each) => afterTransition(each, 1));
    expect(regressed).toMatchObject({ status: "regressed", during: { from: 100 } });
    expect(regressed?.during).not.toHaveProperty("to");
  });
});

describe("a finding on several addresses", () => {
  const narrowing = (...authorized: string[]): Gone => ({ fingerprint: mark(23), authorized });

  it("leaves the addresses that a decision authorizes, as long as one is left", () => {
    const record = new Map<string, Finding>();
    step(record, [onPort(23, ["10.0.0.2", "10.0.0.3"])], [], 1);
    const before = record.get(mark(23));
    expect(step(record, [], [narrowing("10.0.0.2")], 2)).toEqual(["narrow"]);
    expect(record.get(mark(23))).toEqual({ ...before, subject: onPort(23, ["10.0.0.3"]).subject });
    expect(step(record, [], [narrowing("10.0.0.2")], 3)).toEqual([]);
    expect(step(record, [], [narrowing("10.0.0.3")], 4)).toEqual([]);
    expect(step(record, [onPort(23, ["10.0.0.2"])], [], 5)).toEqual(["see"]);
    expect(record.get(mark(23))).toMatchObject({ subject: { addresses: ["10.0.0.2", "10.0.0.3"] } });
  });
});
