import { describe, expect, it } from "vitest";
import { doubtOf } from "./doubt.ts";
import { countAnswer, countSilence } from "./loss.ts";
import { createPathRecords, type HostRecord, networkOf } from "./path-records.ts";

/** A host that refused so many first tries and so many later ones, and left so many endpoints silent after `tries`. */
function host(first: number, later: number, silent: number, tries = 2): HostRecord {
  const record = createPathRecords(0).host("192.0.2.1");
  for (let each = 0; each < first; each++) countAnswer(record.counts, 1, false);
  for (let each = 0; each < later + silent; each++) countSilence(record.counts, 1);
  for (let each = 0; each < later; each++) countAnswer(record.counts, 2, false);
  for (let each = 0; each < silent; each++) countSilence(record.counts, 2);
  const seen = { answered: first + later, refusedFirst: first, refusedLater: later };
  return Object.assign(record, seen, { givenUp: silent, fewestTries: tries });
}

describe("doubt", () => {
  it("falls on a host that refuses later what it left unanswered, more than the path loses", () => {
    expect(doubtOf(host(200, 150, 650), 0.01, false)).toEqual({
      address: "192.0.2.1",
      silent: 650,
      why: "limits-refusals",
    });
  });

  it("falls on a host whose few refusals come as slowly on each try", () => {
    expect(doubtOf(host(1, 1, 998), 0, false)).toBeDefined();
  });

  it("falls on a host of a lossless network that refuses one later try, or whose network limits refusals", () => {
    expect(doubtOf(host(6, 1, 90), 0.001, false)).toMatchObject({ why: "limits-refusals" });
    expect(doubtOf(host(6, 0, 91), 0, true)).toMatchObject({ why: "limits-refusals" });
    // It refused nothing: no limit on refusals explains its silence.
    expect(doubtOf(Object.assign(host(0, 0, 91), { answered: 2 }), 0, true)).toBeUndefined();
  });

  it("falls on the few silent endpoints of a lossy path, and not on the many that a filter makes", () => {
    expect(doubtOf(host(800, 190, 1, 5), 0.19, false)).toMatchObject({ why: "loss" });
    expect(doubtOf(host(8, 2, 990, 5), 0.19, false)).toBeUndefined();
  });

  it("does not fall on filters where nothing is lost, nor on hosts without silence or without any answer", () => {
    expect(doubtOf(host(10, 0, 990), 0, false)).toBeUndefined();
    expect(doubtOf(host(990, 0, 1), 0, false)).toBeUndefined();
    expect(doubtOf(host(10, 10, 0), 0, false)).toBeUndefined();
    expect(doubtOf(host(0, 0, 1_000), 0.5, false)).toBeUndefined();
  });
});

describe("path records", () => {
  it("takes a /24 or a /64 for a network", () => {
    expect(["10.1.2.3", "2001:db8::7", "2001:db8:0:1:ffff::1"].map(networkOf)).toEqual([
      "10.1.2.0/24",
      "2001:db8::/64",
      "2001:db8:0:1::/64",
    ]);
  });

  it("forgets hosts that never answered before it grows without end, and keeps the others", () => {
    const records = createPathRecords(0);
    const heard = records.host("10.0.0.1");
    heard.answered = 1;
    for (let each = 0; each < 200_000; each++)
      records.host(`10.${(each >> 16) + 1}.${(each >> 8) & 255}.${each & 255}`);
    expect(records.hosts.size).toBeLessThan(132_000);
    expect(records.host("10.0.0.1")).toBe(heard);
  });
});
