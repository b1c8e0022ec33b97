import { afterAll, beforeAll, expect, it } from "vitest";
import type { VerifyResult } from "../../src/contract/index.ts";
import { describeLab, lab, type Lab } from "../lab/index.ts";
import { LAB_SCOPE, workplace, type Workplace } from "./portolan.ts";

describeLab("the guard, on a network without a way out", () => {
  let net: Lab;
  let place: Workplace;

  beforeAll(async () => {
    net = await lab({ hosts: [{ name: "web", listeners: [80] }], names: { "elsewhere.example": "198.51.100.7" } });
    place = await workplace(net.scanner);
    await place.write("portolan.yaml", LAB_SCOPE.replace("[10.77.0.0/29]", "[10.77.0.0/29, 203.0.113.0/24]"));
  }, 120_000);

  afterAll(async () => {
    await place.remove();
    await net.close();
  });

  it.each([
    [["198.51.100.7", "10.88.0.1"], "outside-scope"],
    [["203.0.113.7"], "public-without-authorization"],
    [["224.0.0.1", "255.255.255.255", "0.0.0.0"], "never-a-target"],
    [["elsewhere.example"], "hostname-resolves-outside"],
    [["10.77.0.1"], "excluded"],
  ])("refuses %s by the rule %s, and sends nothing", async (targets, rule) => {
    const before = await net.scanner.packets();
    const { status, stderr } = await place.run("sweep", ...targets, "-p", "80");
    const refusals = stderr.split("\n");
    for (const target of targets) {
      expect(refusals).toContainEqual(expect.stringMatching(new RegExp(`${target}.*${rule}|${rule}.*${target}`)));
    }
    expect(status).toBe(2);
    expect(await net.scanner.packets()).toEqual(before);
  });

  it("records every refusal in the evidence log", async () => {
    const { status, result } = await place.json<VerifyResult>("evidence", "verify");
    expect(status).toBe(0);
    // The log's beginning, the scope, five refusals, and this reading of the log.
    expect(result.entries).toBe(8);
  });

  it("does count packets: an allowed sweep shows on the same interface", async () => {
    const before = await net.scanner.packets();
    await place.run("sweep", "10.77.0.2", "-p", "80");
    expect((await net.scanner.packets()).sent).toBeGreaterThan(before.sent);
  });
});
