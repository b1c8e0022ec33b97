import { afterAll, beforeAll, expect, it } from "vitest";
import type { AtResult, DiffResult, FindingView, SweepResult, VerifyResult } from "../../src/contract/index.ts";
import { describeLab, lab, type Lab } from "../lab/index.ts";
import { IS_POOR, LAB_BASELINE, LAB_SCOPE, workplace, type Workplace } from "./portolan.ts";

const asset = (answer: AtResult, name: string) => {
  const found = answer.assets.find((each) => each.asset === name);
  if (found === undefined) throw new Error(`no ${name} in ${JSON.stringify(answer)}`);
  return found;
};
const ports = (answer: AtResult, name: string): number[] => asset(answer, name).open.map(({ port }) => port);
const brief = (findings: readonly FindingView[]): string[] =>
  findings.map(({ kind, subject }) => `${kind} ${subject.asset ?? "?"} ${subject.port ?? ""}`.trim()).sort();

describeLab("three hosts: web, a database with an unauthorized telnet, and a silent one", () => {
  let net: Lab;
  let place: Workplace;
  const instants = { beforeAll: "", between: "", after: "" };

  beforeAll(async () => {
    net = await lab({
      hosts: [
        { name: "web", listeners: [80, 443] },
        { name: "database", listeners: [5432, 23] },
        { name: "silent", listeners: [22], filters: [{ does: "drop" }] },
      ],
    });
    place = await workplace(net.scanner);
    await place.write("portolan.yaml", LAB_SCOPE);
    await place.write("port-baseline.yaml", LAB_BASELINE);
    instants.beforeAll = new Date(Date.now() - 60_000).toISOString();
  }, 120_000);

  afterAll(async () => {
    await place.remove();
    await net.close();
  });

  it("finds the one unauthorized port, confirms it, and calls the silent host unknown", async () => {
    expect(await place.run("baseline", "approve", "port-baseline.yaml", "--by", "Ada")).toMatchObject({ status: 0 });
    const { status, result } = await place.json<SweepResult>("sweep");
    expect(status).toBe(1);
    expect(brief(result.findings)).toEqual(["coverage-gap silent", "unauthorized-open database 23"]);
    expect(result.findings.map((finding) => finding.status)).toEqual(["new", "new"]);
    expect(result.sweep).toMatchObject({
      verdict: "complete",
      engine: IS_POOR ? "connect" : "syn",
      engineReport: IS_POOR ? { engine: "connect", errors: {} } : { engine: "syn", dropped: 0, errors: {} },
    });
    expect(result.engineNote === undefined).toBe(!IS_POOR);
    expect(result.confirmed).toBeGreaterThanOrEqual(4);
    expect(result.silent).toMatchObject([{ asset: "silent", state: "no-response" }]);
    expect(result.open.map(({ address, port }) => `${address}:${port}`).sort()).toEqual([
      "10.77.0.2:443",
      "10.77.0.2:80",
      "10.77.0.3:23",
      "10.77.0.3:5432",
    ]);
    instants.between = new Date().toISOString();
  }, 120_000);

  it("resolves it when the port is observed closed; only the silent host remains", async () => {
    await net.host("database").close(23);
    const { status, result } = await place.json<SweepResult>("sweep");
    expect(brief(result.resolved)).toEqual(["unauthorized-open database 23"]);
    expect(brief(result.findings)).toEqual(["coverage-gap silent"]);
    expect(result.findings[0]?.status).toBe("unchanged");
    expect(status).toBe(1);
    instants.after = new Date().toISOString();

    const answering = await place.json<SweepResult>("sweep", "web", "database", "-p", "1-128,443,5432");
    expect(answering.status).toBe(0);
    expect(answering.result.findings).toEqual([]);
  }, 120_000);

  it("answers correctly for instants before, between and after", async () => {
    const before = (await place.json<AtResult>("at", instants.beforeAll)).result;
    expect(before.assets.every(({ answer }) => answer === "unknown")).toBe(true);
    expect(before.counts.closed).toBe(0);

    const between = (await place.json<AtResult>("at", instants.between)).result;
    expect(ports(between, "database")).toEqual([23, 5432]);
    expect(ports(between, "web")).toEqual([80, 443]);
    expect(asset(between, "silent")).toMatchObject({
      answer: "silent",
      open: [],
      counts: { closed: 0, "no-response": 130 },
    });

    const after = (await place.json<AtResult>("at", instants.after)).result;
    expect(ports(after, "database")).toEqual([5432]);

    const { status, result } = await place.json<DiffResult>("diff", instants.between, instants.after);
    expect(status).toBe(1);
    expect(result.changes).toMatchObject([{ asset: "database", port: 23, before: "open", after: "closed" }]);
  }, 60_000);

  it("reports it as regressed when the port is open again, and the log verifies", async () => {
    await net.host("database").open(23);
    const { result } = await place.json<SweepResult>("sweep", "database");
    expect(result.findings).toMatchObject([{ kind: "unauthorized-open", status: "regressed" }]);
    const verified = await place.json<VerifyResult>("evidence", "verify");
    expect(verified).toMatchObject({ status: 0, result: { ok: true, problems: [] } });
  }, 60_000);

  it("reports no difference on ports that only one of two sweeps covered", async () => {
    const other = await workplace(net.scanner);
    try {
      await other.write("portolan.yaml", LAB_SCOPE);
      const first = await other.json<SweepResult>("sweep", "database", "-p", "1-100");
      await net.host("database").close(23);
      const second = await other.json<SweepResult>("sweep", "database", "-p", "50-150,5432");
      expect(first.result.open.map(({ port }) => port)).toEqual([23]);
      expect(second.result.open.map(({ port }) => port)).toEqual([5432]);
      const { status, result } = await other.json<DiffResult>(
        "diff",
        first.result.sweep.endedAt ?? "",
        second.result.sweep.endedAt ?? "",
      );
      expect(result.changes).toEqual([]);
      // Endpoints 101 to 128 and 5432; those of the first sweep are still known, and 129 to 150 are not in the query.
      expect(result.notCompared).toBe(29);
      expect(status).toBe(0);
    } finally {
      await other.remove();
    }
  }, 60_000);
});
