import { describe, expect, it } from "vitest";
import { programSubject, type Deviation, type Finding, type SeenEndpoint } from "../../model/index.ts";
import { fingerprint } from "../baseline/index.ts";
import { afterTransition, transitions, type Gone } from "./life.ts";

const on = (vantage: string, port: number, seenAt = 0): SeenEndpoint => ({
  vantage,
  address: "10.0.0.2",
  transport: "tcp",
  port,
  seenAt,
});
const seenOn = (...endpoints: readonly SeenEndpoint[]): Deviation => ({
  kind: "outdated-service",
  subject: programSubject({
    asset: "web-1",
    target: "dmz",
    owner: undefined,
    product: "nginx",
    version: "1.18.0",
    endpoints,
  }),
  summary: "nginx 1.18.0 on web-1",
  endpoints,
});
const mark = fingerprint(seenOn(on("inside", 80)), "inside");
const goneFrom = (...endpoints: readonly SeenEndpoint[]): Gone => ({
  fingerprint: mark,
  settled: endpoints.map((endpoint) => ({ endpoint, observed: `closed ${endpoint.port} from ${endpoint.vantage}` })),
});

/** The finding after one sweep, and what happened to it. */
function after(
  finding: Finding | undefined,
  at: number,
  vantage: string,
  seen: readonly Deviation[],
  gone: readonly Gone[] = [],
) {
  const [transition] = transitions(finding === undefined ? [] : [finding], seen, gone, at, vantage);
  const now = transition === undefined ? finding : afterTransition(transition, 1);
  const { subject } = now ?? {};
  const endpoints = subject?.about === "program" ? subject.endpoints : [];
  return { now, is: [transition?.kind, ...endpoints.map((each) => `${each.vantage} ${each.port} ${each.seenAt}`)] };
}

describe("the life of a finding about a program", () => {
  it("gathers endpoints from every vantage point, each with its own last sighting", () => {
    const first = after(undefined, 10, "inside", [seenOn(on("inside", 80)), seenOn(on("inside", 443))]);
    expect(first.is).toEqual(["open", "inside 443 10", "inside 80 10"]);
    const second = after(first.now, 5, "outside", [seenOn(on("outside", 80))]);
    expect(second.is).toEqual(["see", "inside 443 10", "inside 80 10", "outside 80 5"]);
    expect(second.now).toMatchObject({ vantage: "inside", lastSeenAt: 10, status: "unchanged" });
    expect(after(second.now, 5, "outside", [seenOn(on("outside", 80))]).is[0]).toBeUndefined();
  });

  it("loses what is settled, and is resolved with the last endpoint, not before it was last seen", () => {
    const opened = after(undefined, 10, "inside", [seenOn(on("inside", 80), on("inside", 443))]);
    const both = after(opened.now, 4, "outside", [seenOn(on("outside", 80))]).now;
    const one = after(both, 20, "inside", [seenOn(on("inside", 80))], [goneFrom(on("inside", 443))]);
    expect(one.is).toEqual(["see", "inside 80 20", "outside 80 4"]);
    const left = after(one.now, 21, "inside", [], [goneFrom(on("inside", 80))]);
    expect(left.is).toEqual(["settle", "outside 80 4"]);
    expect(left.now).toMatchObject({ status: "unchanged", lastSeenAt: 20 });
    const ended = after(left.now, 15, "outside", [], [goneFrom(on("outside", 80))]);
    expect(ended.now).toMatchObject({ status: "resolved", resolvedAt: 20, resolution: "closed 80 from outside" });
    const again = after(ended.now, 30, "outside", [seenOn(on("outside", 443))]);
    expect(again.is).toEqual(["regress", "outside 443 30"]);
    expect(again.now?.earlier).toHaveLength(1);
  });

  it("ignores what is older than the last sighting of an endpoint, and what it does not list", () => {
    const { now } = after(undefined, 10, "inside", [seenOn(on("inside", 80))]);
    expect(after(now, 9, "inside", [], [goneFrom(on("inside", 80))]).is[0]).toBeUndefined();
    expect(after(now, 11, "outside", [], [goneFrom(on("outside", 80))]).is[0]).toBeUndefined();
  });
});
