import { afterAll, beforeAll, expect, it } from "vitest";
import type { AtResult, VerifyResult } from "../../src/contract/index.ts";
import { openStore } from "../../src/platform/storage/index.ts";
import { describeLab, lab, type Lab } from "../lab/index.ts";
import { workplace, type Lasting, type Workplace } from "./portolan.ts";

/** How long the sweep would take without interruptions: PORTOLAN_SLOW_SWEEP_SECONDS, 9 by default. */
const SECONDS = Number(process.env["PORTOLAN_SLOW_SWEEP_SECONDS"] ?? 9);
const RATE = Math.min(500, Math.floor(60_000 / SECONDS));
const PORTS = SECONDS * RATE;
const PATIENCE = SECONDS * 1_000 + 60_000;

/** A cadence of five minutes leaves the rolling sample out: what is known at the kill is then this sweep's alone. */
const SCOPE = `version: 1
name: slow
limits: { rate: ${RATE} }
systemTypes:
  network: { cadence: 5m, ports: "1-${PORTS}" }
  host: { cadence: 1d, ports: "8000-8010" }
targets:
  - { name: web, addresses: [10.77.0.2], systemType: network, owner: team-web }
  - { name: here, addresses: [127.0.0.1], systemType: host, owner: team-here }
`;

interface ResumedEntry {
  readonly data: { readonly sweep: number; readonly firstIndex: number; readonly goesOn: boolean };
}

describeLab(`portolan start during a sweep of ${SECONDS} s at ${RATE} probes/s`, () => {
  let net: Lab;
  let place: Workplace;
  let watching: Lasting;
  let killedAt = "";
  const sent = { before: 0, killed: 0, done: 0 };

  const start = (): void => {
    watching = place.begin("start", "--port", "0");
  };

  async function says(what: RegExp): Promise<RegExpExecArray> {
    const until = Date.now() + PATIENCE;
    for (;;) {
      const said = what.exec(watching.said());
      if (said !== null) return said;
      if (Date.now() > until) throw new Error(`never said ${String(what)}:\n${watching.said()}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  const counted = async (): Promise<number> => (await net.scanner.packets()).sent;

  beforeAll(async () => {
    net = await lab({ hosts: [{ name: "web", listeners: [80] }] });
    // The test reads the state after a kill from the files of the embedded database.
    place = await workplace(net.scanner, "embedded");
    await place.write("portolan.yaml", SCOPE);
    await place.write("nothing.yaml", "version: 1\nauthorizedPorts: []\n");
    sent.before = await counted();
    start();
  }, 60_000);

  afterAll(async () => {
    await watching.stop("SIGKILL");
    await place.remove();
    await net.close();
  });

  it(
    "probes known endpoints while that sweep runs",
    async () => {
      await says(/Sweep \d+ complete/);
      expect(await place.run("baseline", "approve", "nothing.yaml", "--by", "Ada")).toMatchObject({ status: 0 });
      const listener = net.scanner.spawn(
        [process.execPath, "-e", 'require("net").createServer().listen(8005, "127.0.0.1")'],
        { stdio: "ignore" },
      );
      await says(/FINDING #\d+ unauthorized-open: tcp port 8005 is open on here/);
      expect(watching.said()).not.toContain("Monitoring.");
      listener.kill("SIGKILL");
    },
    PATIENCE,
  );

  it(
    "resumes from the recorded index after kill -9, and the coverage shows what was probed when",
    async () => {
      await new Promise((resolve) => setTimeout(resolve, (SECONDS * 1_000) / 3));
      await watching.stop("SIGKILL");
      killedAt = new Date().toISOString();
      sent.killed = await counted();
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      start();
      const [, number] = await says(/Sweep (\d+) complete/);
      await says(/Monitoring\./);
      sent.done = await counted();

      const now = (await place.json<AtResult>("at", "now", "--asset", "web")).result;
      expect(now.counts).toMatchObject({ open: 1, closed: PORTS - 1, unknown: 0 });
      const then = (await place.json<AtResult>("at", killedAt, "--asset", "web")).result;
      await watching.stop("SIGTERM");
      expect(await place.json<VerifyResult>("evidence", "verify")).toMatchObject({ status: 0, result: { ok: true } });

      const store = await openStore(place);
      const entries = await store.db
        .selectFrom("evidence_entry")
        .select("body")
        .where("type", "=", "sweep-resumed")
        .execute();
      await store.close();
      // The sweep of known endpoints may have been interrupted as well.
      const resumed = entries
        .map(({ body }): ResumedEntry => JSON.parse(body ?? ""))
        .map(({ data }) => data)
        .filter(({ sweep }) => sweep === Number(number));
      expect(resumed).toMatchObject([{ goesOn: true }]);
      const firstIndex = resumed[0]?.firstIndex ?? 0;
      const known = PORTS - then.counts.unknown;
      process.stdout.write(
        `     killed after ${sent.killed - sent.before} packets, resumed at ${firstIndex} of ${PORTS}, ` +
          `known at the kill ${known}, packets after it ${sent.done - sent.killed}\n`,
      );
      expect(firstIndex).toBeGreaterThan(PORTS / 5);
      // The open port got its second probe at the end, so it belongs to the second stretch.
      expect([firstIndex, firstIndex - 1]).toContain(known);
      // What the journal held was not sent again: the rest of the plan, one second of the pace, and ARP queries for
      // neighbours.
      expect(sent.done - sent.killed).toBeLessThan(PORTS - firstIndex + 2 * RATE);
    },
    2 * PATIENCE,
  );
});
