import { once } from "node:events";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { PlanAnswer, PlanOrder } from "../../../../test/fixtures/scan-plan.ts";
import type { WireCount } from "../../../../test/fixtures/watch-wire.ts";
import { describeLab, type Lab, lab } from "../../../../test/lab/index.ts";

const SCAN = new URL("../../../../test/fixtures/scan-plan.ts", import.meta.url).pathname;
const WATCH = new URL("../../../../test/fixtures/watch-wire.ts", import.meta.url).pathname;
/** `PORTOLAN_RATE_SECONDS=60`: so long for each engine, the line printed. */
const LONG_SECONDS = Number(process.env["PORTOLAN_RATE_SECONDS"] ?? 0);
const RATE = 1_000;
const HOST_RATE = 60;

describeLab("the rate on the wire", () => {
  let net: Lab;
  beforeAll(async () => {
    net = await lab({ hosts: [{ name: "farm", listeners: [22, 80, 443] }] });
    const farm = net.host("farm");
    await farm.run(["ip", "route", "add", "local", "10.78.0.0/22", "dev", "lo"]);
    await net.scanner.run(["ip", "route", "replace", "default", "via", farm.address]);
    await farm.filter([{ does: "lose", percent: 5, bothWays: true }]);
  });
  afterAll(() => net.close());

  async function watched(order: PlanOrder): Promise<WireCount & { answer: PlanAnswer }> {
    const watcher = net.host("farm").spawn([process.execPath, WATCH, "eth0"], { stdio: ["pipe", "pipe", "inherit"] });
    if (watcher.stdout === null) throw new Error("no pipe to the watcher");
    const lines = createInterface({ input: watcher.stdout });
    await once(lines, "line");
    const { stdout, stderr } = await net.scanner.run([process.execPath, SCAN], { input: JSON.stringify(order) });
    expect(stderr).toBe("");
    const counted = once(lines, "line");
    watcher.stdin?.end();
    const [line] = (await counted) as [string];
    return { ...(JSON.parse(line) as WireCount), answer: JSON.parse(stdout) as PlanAnswer };
  }

  // 32 hosts × 60 a second are more than the sweep's 1,000: both limits bite.
  const order = (ports: string): Omit<PlanOrder, "engine"> => ({
    ...{
      first: "10.78.0.0",
      last: "10.78.0.31",
      ports,
      rate: RATE,
      perHostRate: HOST_RATE,
      retryDelay: 200,
      timeout: 400,
    },
  });

  it.each(["syn", "connect"] as const)(
    "stays under its caps in any second with the engine %s, retries included",
    async (engine) => {
      const wire = await watched({ ...order("1-50"), engine });
      expect(wire.syns).toBe(wire.answer.report.sent);
      expect(wire.answer.report.retried).toBeGreaterThan(0);
      expect(wire.mostInASecond).toBeLessThanOrEqual(1.05 * RATE);
      expect(wire.mostToOneHost).toBeLessThanOrEqual(HOST_RATE);
      // And it does use its allowance.
      expect(wire.mostInASecond).toBeGreaterThan(0.8 * RATE);
    },
  );

  it.skipIf(LONG_SECONDS === 0)(
    `stays under its caps for long${LONG_SECONDS > 0 ? "" : ": needs PORTOLAN_RATE_SECONDS=NUMBER"}`,
    { timeout: 86_400_000 },
    async () => {
      for (const engine of ["syn", "connect"] as const) {
        const last = Math.max(1, Math.round((LONG_SECONDS * RATE) / 32));
        const wire = await watched({ ...order(`1-${last}`), engine });
        const { answer, ...counted } = wire;
        process.stdout.write(`${engine}: ${JSON.stringify(counted)} sent ${answer.report.sent}\n`);
        expect.soft(wire.mostInASecond).toBeLessThanOrEqual(1.05 * RATE);
        expect.soft(wire.mostToOneHost).toBeLessThanOrEqual(HOST_RATE);
      }
    },
  );
});
