import { afterAll, beforeAll, expect, it } from "vitest";
import type { AtResult, DiffResult, FindingView, SweepResult } from "../../src/contract/index.ts";
import { describeLab, lab, type Lab } from "../lab/index.ts";
import { LAB_BASELINE, LAB_SCOPE, workplace, type Workplace } from "./portolan.ts";

const SERVER = `
  const socket = require("node:dgram").createSocket("udp4").bind(5300);
  socket.on("message", (_, from) => socket.send("x", from.port, from.address));
`;
const brief = (findings: readonly FindingView[]): string[] =>
  findings.map(({ kind, status, subject }) => `${kind} ${subject.transport}/${subject.port} ${status}`);

// Silence over UDP takes two probes of two tries each, so the test does not run every time.
const title = "a service over UDP: open, silent, closed";
if (process.env["PORTOLAN_UDP_LIMIT"] === undefined) it.skip(`${title}: needs PORTOLAN_UDP_LIMIT=1, for its length`);
else {
  describeLab(title, () => {
    let net: Lab;
    let place: Workplace;
    const sweep = (): Promise<{ status: number | null; result: SweepResult }> =>
      place.json<SweepResult>("sweep", "web", "-p", "80,443,U:5300");

    beforeAll(async () => {
      net = await lab({ hosts: [{ name: "web", listeners: [80, 443] }] });
      place = await workplace(net.scanner);
      await place.write("portolan.yaml", LAB_SCOPE.replace("5432", "5432,U:5300"));
      await place.write("port-baseline.yaml", LAB_BASELINE);
      expect(await place.run("baseline", "approve", "port-baseline.yaml", "--by", "Ada")).toMatchObject({ status: 0 });
    }, 120_000);
    afterAll(async () => {
      await place.remove();
      await net.close();
    });

    it("opens a finding on a reply, keeps it through silence, and resolves it on a refusal", async () => {
      const web = net.host("web");
      const server = web.spawn([process.execPath, "-e", SERVER], { stdio: "ignore" });
      await expect.poll(async () => (await web.run(["cat", "/proc/net/udp"])).stdout).toContain(":14B4 ");
      const seen = (await sweep()).result;
      expect(brief(seen.findings)).toEqual(["unauthorized-open udp/5300 new"]);
      expect(seen.open).toContainEqual(expect.objectContaining({ transport: "udp", port: 5300 }));

      await web.filter([{ does: "drop", ports: [5300] }]);
      const silent = (await sweep()).result;
      expect(brief(silent.findings)).toEqual(["unauthorized-open udp/5300 new"]);
      expect(silent.resolved).toEqual([]);
      expect(silent.sweep.counts).toMatchObject({ open: 2, filtered: 0, "no-response": 1 });
      const { result: diff } = await place.json<DiffResult>("diff", seen.sweep.endedAt ?? "", "now");
      expect(diff.changes).toMatchObject([{ transport: "udp", port: 5300, before: "open", after: "no-response" }]);
      const { result: then } = await place.json<AtResult>("at", seen.sweep.endedAt ?? "");
      expect(then.assets.flatMap(({ open }) => open)).toContainEqual(
        expect.objectContaining({ transport: "udp", port: 5300 }),
      );

      await web.filter([{ does: "reject", ports: [5300] }]);
      expect((await sweep()).result.resolved).toEqual([]);

      await web.filter();
      server.kill();
      expect(brief((await sweep()).result.resolved)).toEqual(["unauthorized-open udp/5300 resolved"]);
    }, 180_000);
  });
}
